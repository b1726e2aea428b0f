package io.godwit.xtr.observe;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The counters of one data thread: it alone writes, any thread reads. Off-heap, on cache lines of its own, without a locked instruction.
 */
@SuppressWarnings("EnumOrdinal") // the position within this process is all that it means
public final class CounterBlock {
    private static final int PADDING = 2 * BitUtil.CACHE_LINE_LENGTH;
    private static final int REASONS = PADDING + Counter.values().length * Long.BYTES;
    private static final int LENGTH = REASONS + DropReason.values().length * Long.BYTES + PADDING;

    private final UnsafeBuffer values =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(LENGTH, BitUtil.CACHE_LINE_LENGTH));

    public void add(Counter counter, long amount) {
        add(PADDING + counter.ordinal() * Long.BYTES, amount);
    }

    public void drop(DropReason reason) {
        add(REASONS + reason.ordinal() * Long.BYTES, 1);
    }

    public void drop(DropReason reason, long packets) {
        add(REASONS + reason.ordinal() * Long.BYTES, packets);
    }

    private void add(int offset, long amount) {
        values.putLongOpaque(offset, values.getLong(offset) + amount);
    }

    public long get(Counter counter) {
        return values.getLongOpaque(PADDING + counter.ordinal() * Long.BYTES);
    }

    public long get(DropReason reason) {
        return values.getLongOpaque(REASONS + reason.ordinal() * Long.BYTES);
    }
}
