package io.godwit.hypervisor.agent;

import io.godwit.hypervisor.qmp.QmpEvent;
import io.godwit.hypervisor.qmp.QmpMonitor;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guest that a monitor shows, and where it stands in a move.
 *
 * <pre>
 *   Here ---- migration active ----> Leaving -- STOP --> Stopped -- completed --> Gone
 *     ^                                 |                   |
 *     +------- cancelled, failed -------+-------------------+      (or it RESUMEs here, from Gone too)
 *   Incoming ------ RESUME ------> Here
 * </pre>
 */
final class Guest implements QmpMonitor.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Guest.class);

    enum Place {
        UNKNOWN,
        HERE,
        LEAVING,
        STOPPED,
        GONE,
        INCOMING
    }

    /** What the guest's fate means for the network. On the event loop. */
    interface Moves {
        void prepare(List<Card> cards);

        void beginsToLeave(List<Card> cards);

        /** @param stopMicros when the guest stopped, wall clock */
        void switchAway(List<Card> cards, long stopMicros);

        /** The guest left for good. */
        void gone(List<Card> cards);

        void commit(List<Card> cards);

        void rollback(List<Card> cards);
    }

    private final Moves moves;
    private final Runnable onClosed;
    private Place place = Place.UNKNOWN;
    private List<Card> cards = List.of();
    private boolean resumedEarly;

    /** @param onClosed the monitor is gone, or was never there */
    Guest(Moves moves, Runnable onClosed) {
        this.moves = moves;
        this.onClosed = onClosed;
    }

    Place place() {
        return place;
    }

    List<Card> cards() {
        return cards;
    }

    @Override
    public void onReady(QmpMonitor monitor) {
        var _ = monitor.execute("human-monitor-command", Map.of("command-line", "info network"))
                .thenCombine(monitor.execute("query-status", Map.of()), (network, status) -> {
                    cards = Card.parse(network.asString(""), monitor.pid());
                    onStatus(status.path("status").asString(""));
                    return place;
                })
                .exceptionally(failure -> {
                    LOG.warn("{}: {}", monitor.socket(), failure.getMessage());
                    monitor.close();
                    return place;
                });
    }

    /** Tells an xTR that was started anew what it cannot know. */
    void tellAgain() {
        switch (place) {
            case INCOMING -> moves.prepare(cards);
            case HERE -> moves.commit(cards);
            case LEAVING -> {
                // Until it stops it is here.
                moves.commit(cards);
                moves.beginsToLeave(cards);
            }
            case UNKNOWN, STOPPED, GONE -> {}
        }
    }

    void cards(List<Card> known) {
        cards = known;
    }

    /** @param status of {@code query-status} */
    void onStatus(String status) {
        switch (status) {
            case "inmigrate", "prelaunch" -> {
                place = Place.INCOMING;
                moves.prepare(cards);
                if (resumedEarly) {
                    arrived();
                }
            }
            case "finish-migrate", "postmigrate" -> place = Place.GONE;
            default -> place = Place.HERE;
        }
    }

    @Override
    public void onEvent(QmpMonitor monitor, QmpEvent event) {
        onEvent(event);
    }

    void onEvent(QmpEvent event) {
        switch (event.name()) {
            case "STOP" -> stopped(event.epochMicros());
            case "RESUME" -> resumed();
            case "MIGRATION" -> onMigration(event.status());
            default -> {}
        }
    }

    void stopped(long epochMicros) {
        if (place == Place.LEAVING) {
            place = Place.STOPPED;
            moves.switchAway(cards, epochMicros);
        }
    }

    void resumed() {
        switch (place) {
            case INCOMING -> arrived();
            // Also when all memory has been sent: libvirt lets it run on here when it cannot run there.
            case STOPPED, GONE -> stays();
            case UNKNOWN -> resumedEarly = true;
            case HERE, LEAVING -> {}
        }
    }

    private void arrived() {
        place = Place.HERE;
        moves.commit(cards);
    }

    private void stays() {
        place = Place.HERE;
        moves.rollback(cards);
    }

    /** @param status of a {@code MIGRATION} event */
    void onMigration(String status) {
        switch (status) {
            case "setup", "active" -> {
                if (place == Place.HERE) {
                    place = Place.LEAVING;
                    moves.beginsToLeave(cards);
                }
            }
            case "completed" -> {
                if (place == Place.STOPPED) {
                    place = Place.GONE;
                    moves.gone(cards);
                }
            }
            case "cancelled", "failed" -> {
                if (place == Place.LEAVING || place == Place.STOPPED) {
                    stays();
                }
            }
            default -> {}
        }
    }

    @Override
    public void onClosed(QmpMonitor monitor) {
        vanished();
    }

    /** QEMU has ended, or the monitor was never there. */
    void vanished() {
        if (place == Place.INCOMING) {
            moves.rollback(cards);
        } else if (place == Place.LEAVING || place == Place.STOPPED) {
            moves.gone(cards);
        }
        place = Place.GONE;
        onClosed.run();
    }
}
