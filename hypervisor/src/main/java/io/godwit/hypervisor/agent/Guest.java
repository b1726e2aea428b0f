package io.godwit.hypervisor.agent;

import io.godwit.hypervisor.qmp.QmpEvent;
import io.godwit.hypervisor.qmp.QmpMonitor;
import io.godwit.packet.address.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * A guest that a monitor shows, and where it stands in a move.
 *
 * <pre>
 *   Here ---- migration active ----> Leaving -- STOP --> Stopped -- completed --> Gone
 *     ^                                 |                   |
 *     +------- cancelled, failed -------+-------------------+      (or it RESUMEs here)
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
        void prepare(List<MacAddress> macs);

        void beginsToLeave(List<MacAddress> macs);

        void switchAway(List<MacAddress> macs);

        void commit(List<MacAddress> macs);

        void rollback(List<MacAddress> macs);
    }

    private final Moves moves;
    private final Runnable onClosed;
    private Place place = Place.UNKNOWN;
    private List<MacAddress> macs = List.of();
    private boolean resumedEarly;

    /** @param onClosed the monitor is gone, or was never there */
    Guest(Moves moves, Runnable onClosed) {
        this.moves = moves;
        this.onClosed = onClosed;
    }

    Place place() {
        return place;
    }

    List<MacAddress> macs() {
        return macs;
    }

    @Override
    public void onReady(QmpMonitor monitor) {
        var _ = monitor.execute("query-rx-filter", Map.of())
                .thenCombine(monitor.execute("query-status", Map.of()), (filters, status) -> {
                    macs = macs(filters);
                    onStatus(status.path("status").asString(""));
                    return place;
                })
                .exceptionally(failure -> {
                    LOG.warn("{}: {}", monitor.socket(), failure.getMessage());
                    monitor.close();
                    return place;
                });
    }

    private static List<MacAddress> macs(JsonNode filters) {
        List<MacAddress> macs = new ArrayList<>();
        filters.forEach(filter -> {
            String mac = filter.path("main-mac").asString("");
            if (!mac.isEmpty()) {
                macs.add(MacAddress.parse(mac));
            }
        });
        return macs;
    }

    private void onStatus(String status) {
        switch (status) {
            case "inmigrate", "prelaunch" -> {
                place = Place.INCOMING;
                moves.prepare(macs);
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
        switch (event.name()) {
            case "STOP" -> stopped();
            case "RESUME" -> resumed();
            case "MIGRATION" -> onMigration(event.status());
            default -> {}
        }
    }

    private void stopped() {
        if (place == Place.LEAVING) {
            place = Place.STOPPED;
            moves.switchAway(macs);
        }
    }

    private void resumed() {
        switch (place) {
            case INCOMING -> arrived();
            case STOPPED -> stays();
            case UNKNOWN -> resumedEarly = true;
            case HERE, LEAVING, GONE -> {}
        }
    }

    private void arrived() {
        place = Place.HERE;
        moves.commit(macs);
    }

    private void stays() {
        boolean switched = place == Place.STOPPED;
        place = Place.HERE;
        if (switched) {
            moves.rollback(macs);
        }
    }

    private void onMigration(String status) {
        switch (status) {
            case "setup", "active" -> {
                if (place == Place.HERE) {
                    place = Place.LEAVING;
                    moves.beginsToLeave(macs);
                }
            }
            case "completed" -> place = place == Place.STOPPED ? Place.GONE : place;
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
        if (place == Place.INCOMING) {
            moves.rollback(macs);
        }
        place = Place.GONE;
        onClosed.run();
    }
}
