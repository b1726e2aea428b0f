package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.registration.Agreement;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Map-Registers that this member got and put into the log, until they come out of it, or it is too late. */
final class PendingRegisters {
    private static final int CAPACITY = 65_536;
    /** An xTR sends a message again sooner or later: it is taken as a new one then. */
    private static final long TIMEOUT_NANOS = 2_000_000_000L;

    private final Timers timers;
    private final Runnable late;
    /** The oldest first. */
    private final Map<Long, Pending> byNumber = new LinkedHashMap<>();

    private final Map<XtrKey, Integer> byXtr = new HashMap<>();
    /** No other member, and no earlier run, uses the same numbers. */
    private long nextNumber = new SecureRandom().nextLong();

    private record Pending(XtrKey xtr, long sinceNanos, Runnable undo) {}

    PendingRegisters(Timers timers, Runnable late) {
        this.timers = timers;
        this.late = late;
    }

    int size() {
        return byNumber.size();
    }

    boolean isFull() {
        return byNumber.size() >= CAPACITY;
    }

    boolean isPending(XtrKey xtr) {
        return byXtr.containsKey(xtr);
    }

    long next() {
        return nextNumber++;
    }

    void add(long number, Agreement.Proposal proposal) {
        XtrKey xtr = proposal.by().xtr();
        byNumber.put(number, new Pending(xtr, timers.nanoTime(), proposal.undo()));
        byXtr.merge(xtr, 1, Integer::sum);
    }

    /** It came out of the log; returns whether it was ours and in time. */
    boolean done(long number) {
        Pending one = byNumber.remove(number);
        if (one != null) {
            leave(one);
        }
        return one != null;
    }

    private void leave(Pending one) {
        byXtr.merge(one.xtr(), -1, (before, less) -> before + less == 0 ? null : before + less);
    }

    void poll() {
        Iterator<Pending> all = byNumber.values().iterator();
        while (all.hasNext()) {
            Pending oldest = all.next();
            if (timers.nanoTime() - oldest.sinceNanos() < TIMEOUT_NANOS) {
                return;
            }
            all.remove();
            leave(oldest);
            oldest.undo().run();
            late.run();
        }
    }
}
