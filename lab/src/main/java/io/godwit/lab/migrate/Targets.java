package io.godwit.lab.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What moves may cost.
 *
 * @param replay packets that are sent again in each move
 * @param packetsPerSecond each way
 * @param restart whether an xTR is killed in each move
 * @param cancelled whether a migration is given up before each move
 */
record Targets(Trigger trigger, int replay, int packetsPerSecond, boolean restart, boolean cancelled) {
    private static final double MEDIAN_OUTAGE_MILLIS = 2;
    private static final double P99_OUTAGE_MILLIS = 10;
    /** Between two packets the guest may have stopped. */
    private static final int ROUNDING = 2;
    /** A restarted xTR, and everybody with it, knows where the guest is. */
    private static final double AGREEMENT_MILLIS = 2_000;

    /** One sentence for each that was not reached. */
    List<String> failures(Map<String, Object> summary, List<MoveResult> moves) {
        List<String> failures = new ArrayList<>();
        if (restart) {
            above(failures, summary, "lostOtherwise", 0);
            above(failures, summary, "agreedAfterMaxMs", AGREEMENT_MILLIS);
        } else if (trigger.isTold()) {
            told(failures, summary, moves);
        } else {
            moves.forEach(move -> unannounced(failures, move));
        }
        return failures;
    }

    private void told(List<String> failures, Map<String, Object> summary, List<MoveResult> moves) {
        above(failures, summary, "duplicated", replay == 0 ? 0 : 2.0 * moves.size());
        if (replay == 0) {
            above(failures, summary, "worstMoveLost", 1);
        } else {
            above(failures, summary, "lost", cancelled ? 0 : 1);
        }
        above(failures, summary, "addedOutageMedianMs", MEDIAN_OUTAGE_MILLIS);
        above(failures, summary, "addedOutageP99Ms", P99_OUTAGE_MILLIS);
    }

    /** Nobody says that the guest stops: what is sent to it until it runs elsewhere, and is heard of, is lost, and no more. */
    private void unannounced(List<String> failures, MoveResult move) {
        double silence = trigger == Trigger.DATA ? move.silenceMillis() : 0;
        double allowed = Math.ceil((move.pauseMillis() + silence) * packetsPerSecond / 1_000) + ROUNDING;
        if (move.lost() > allowed) {
            failures.add(
                    "move %d lost %d packets, at the most %.0f allowed by its pause of %.1f ms and a silence of %.1f ms"
                            .formatted(move.number(), move.lost(), allowed, move.pauseMillis(), silence));
        }
    }

    private static void above(List<String> failures, Map<String, Object> summary, String name, double most) {
        if (summary.get(name) instanceof Number value && value.doubleValue() > most) {
            failures.add("%s is %s, at the most %s allowed".formatted(name, value, most));
        }
    }
}
