package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.registration.NonceStore;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last Map-Register nonce of each sender that all members know (RFC 9301 section 5.6): those of changes, which are in the log, and those of
 * refreshes, which each member tells the others twice a second, the last of each sender. What was accepted by one member is not accepted by
 * another.
 *
 * <p>An xTR registers at several members, and a message may reach one of them late: a refresh is refused only some seconds after a higher
 * nonce was agreed on. A change never is accepted after a higher nonce.
 */
final class SharedNonces implements NonceStore {
    private static final int CAPACITY = 262_144;
    private static final long FLUSH_NANOS = 500_000_000L;
    private static final long LATE_NANOS = 5_000_000_000L;
    /** Of the senders told of at once. */
    private static final int BATCH = 2_048;

    static final int PAIR = 2 * Long.BYTES;

    private final NonceStore own;
    private final Timers timers;
    private final Outbox outbox;
    /** Of refreshes that came here; the others do not know yet. */
    private final Map<Long, Long> untold = new LinkedHashMap<>();
    /** The same on every member, whoever was quiet longest first, which makes room. */
    private final Map<Long, Agreed> agreed = new LinkedHashMap<>();

    private long flushedNanos;

    private record Agreed(long nonce, long nanos) {}

    SharedNonces(NonceStore own, Timers timers, Outbox outbox) {
        this.own = own;
        this.timers = timers;
        this.outbox = outbox;
        flushedNanos = timers.nanoTime();
    }

    @Override
    public long last(long sender) {
        long here = own.last(sender);
        Agreed known = agreed.get(sender);
        return known == null || Long.compareUnsigned(here, known.nonce()) > 0 ? here : known.nonce();
    }

    /** A refresh came here. */
    @Override
    public void accepted(long sender, long nonce) {
        own.accepted(sender, nonce);
        if (untold.size() < CAPACITY) {
            untold.put(sender, nonce);
        }
    }

    @Override
    public boolean isOld(long sender, long nonce) {
        Agreed known = agreed.get(sender);
        return known != null
                && Long.compareUnsigned(nonce, known.nonce()) <= 0
                && timers.nanoTime() - known.nanos() > LATE_NANOS;
    }

    @Override
    public boolean agreed(long sender, long nonce) {
        Agreed known = agreed.get(sender);
        if (known != null && Long.compareUnsigned(nonce, known.nonce()) <= 0) {
            return false;
        }
        own.accepted(sender, nonce);
        agreed.remove(sender);
        agreed.put(sender, new Agreed(nonce, timers.nanoTime()));
        if (agreed.size() > CAPACITY) {
            Iterator<Long> eldest = agreed.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return true;
    }

    /** Tells the others, a batch at most. */
    void poll() {
        if (untold.isEmpty() || timers.nanoTime() - flushedNanos < FLUSH_NANOS) {
            return;
        }
        int count = Math.min(BATCH, untold.size());
        boolean added = outbox.add(out -> {
            out.put(Command.NONCES.code());
            untold.entrySet().stream().limit(count).forEach(one -> out.putLong(one.getKey())
                    .putLong(one.getValue()));
        });
        if (added) {
            Iterator<Long> told = untold.keySet().iterator();
            for (int i = 0; i < count; i++) {
                told.next();
                told.remove();
            }
        }
        flushedNanos = untold.isEmpty() || !added ? timers.nanoTime() : flushedNanos;
    }

    /** Pairs of sender and nonce up to {@code end}. */
    void read(ByteBuffer in, int end) {
        while (end - in.position() >= PAIR) {
            agreed(in.getLong(), in.getLong());
        }
    }

    /** All that is agreed on, the sender that was quiet longest first. */
    long[] all() {
        long[] pairs = new long[2 * agreed.size()];
        int at = 0;
        for (Map.Entry<Long, Agreed> one : agreed.entrySet()) {
            pairs[at++] = one.getKey();
            pairs[at++] = one.getValue().nonce();
        }
        return pairs;
    }
}
