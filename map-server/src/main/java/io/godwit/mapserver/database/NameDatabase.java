package io.godwit.mapserver.database;

import io.godwit.mapping.ExpiryWheel;
import io.godwit.mapping.NameTable;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Distinguished names that are registered as EIDs (RFC 9735). The newest registration wins. Kept in memory alone: after a restart xTRs
 * register them again.
 */
public final class NameDatabase {
    private static final int CAPACITY = 65_536;
    private static final int LONGEST = 255;
    private static final long TICK_NANOS = 100_000_000L;
    private static final int WHEEL_SLOTS = 4096;

    private final NameTable<Entry> names = new NameTable<>();
    private final ExpiryWheel<Entry> deadlines;

    /**
     * @param view as a proxy reply has it
     * @param timer in the wheel
     */
    private record Entry(String name, Registrant by, EidRecord view, int[] timer) {}

    /** What a request is answered with. */
    public record Named(EidRecord view, boolean proxyReply) {}

    public NameDatabase(long nowNanos) {
        deadlines = new ExpiryWheel<>(TICK_NANOS, WHEEL_SLOTS, nowNanos);
    }

    public int size() {
        return names.size();
    }

    /** Stores what the xTR says of the name, or forgets it if it has TTL 0 or no locators; false when there is no room. */
    public boolean register(String name, Registrant by, EidRecord record, long nowNanos) {
        Entry known = names.get(name);
        if (record.ttlMinutes() == 0 || record.locators().isEmpty()) {
            if (known != null && known.by().xtr().equals(by.xtr())) {
                names.remove(name);
                deadlines.cancel(known.timer()[0]);
            }
            return true;
        }
        if (name.length() > LONGEST || (known == null && names.size() >= CAPACITY)) {
            return false;
        }
        if (known != null) {
            deadlines.cancel(known.timer()[0]);
        }
        Entry fresh = new Entry(name, by, view(record), new int[1]);
        names.put(name, fresh);
        fresh.timer()[0] = deadlines.start(fresh, nowNanos + MappingDatabase.lifetime(by, record));
        return true;
    }

    private static EidRecord view(EidRecord record) {
        return new EidRecord(
                record.ttlMinutes(),
                record.maskLength(),
                Action.NO_ACTION,
                false,
                record.mapVersion(),
                record.eid(),
                ProxyLocators.of(List.of(record.locators())));
    }

    /** What is registered for the longest beginning of the name. */
    public Optional<Named> lookup(String name) {
        return names.longestMatch(name)
                .map(Map.Entry::getValue)
                .map(entry -> new Named(entry.view(), entry.by().proxyReply()));
    }

    /** As {@link MappingDatabase#expire(long, int)}. */
    public boolean expire(long nowNanos, int limit) {
        return deadlines.poll(nowNanos, limit, entry -> names.remove(entry.name()));
    }
}
