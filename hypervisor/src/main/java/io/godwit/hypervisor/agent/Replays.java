package io.godwit.hypervisor.agent;

import io.godwit.daemon.net.Timers;
import io.godwit.hypervisor.replay.TapReplay;
import io.godwit.hypervisor.xtr.Xtr;
import io.godwit.linux.LinuxException;
import io.godwit.linux.TapQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Of each guest that is about to leave, what went into its taps. */
final class Replays {
    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    /** Packets that were on their way through the kernel when the xTR switched come to the tap after it. */
    private static final List<Integer> DRAINS = List.of(2, 10, 50, 200, 450);

    private final Xtr xtr;
    private final Timers timers;
    private final int before;
    private final Map<String, TapReplay> taps = new HashMap<>();
    private String tun = "";

    /** @param before frames from before the stop that are sent again, too */
    Replays(Xtr xtr, Timers timers, int before) {
        this.xtr = xtr;
        this.timers = timers;
        this.before = before;
    }

    void watch(List<Card> cards) {
        var _ = xtr.get("/v1/status").handle((status, failure) -> {
            if (failure == null) {
                tun = status.path("instances").path(0).path("tun").asString("");
                cards.forEach(this::ready);
            }
            return tun;
        });
        for (Card card : cards) {
            try {
                if (!card.tap().isEmpty() && !taps.containsKey(card.tap())) {
                    taps.put(card.tap(), TapReplay.open(card.tap(), queues(card)));
                }
            } catch (IOException e) {
                LOG.warn("what {} does not get when it stops will be lost: {}", card.mac(), e.getMessage());
            }
        }
    }

    private void ready(Card card) {
        TapReplay tap = taps.get(card.tap());
        if (tap != null && !tun.isEmpty()) {
            try {
                tap.ready(tun);
            } catch (IOException e) {
                LOG.debug("{}", e.getMessage());
            }
        }
    }

    /** What waits in the tap itself is exact; without it the copies that were taken on the way in have to do. */
    private static List<TapQueue> queues(Card card) {
        try {
            return card.pid() == 0 ? List.of() : TapQueue.of(card.pid(), card.tap());
        } catch (LinuxException e) {
            LOG.warn("{}", e.getMessage());
            return List.of();
        }
    }

    void replay(List<Card> cards, long stopMicros) {
        for (Card card : cards) {
            TapReplay tap = taps.get(card.tap());
            if (tap != null && !tun.isEmpty()) {
                try {
                    tap.replay(tun, stopMicros, before);
                    DRAINS.forEach(millis -> timers.after(Duration.ofMillis(millis), tap::drain));
                } catch (IOException e) {
                    LOG.warn("what {} did not get is lost: {}", card.mac(), e.getMessage());
                }
            }
        }
    }

    void end(List<Card> cards) {
        for (Card card : cards) {
            TapReplay tap = taps.remove(card.tap());
            if (tap != null) {
                tap.close();
            }
        }
    }
}
