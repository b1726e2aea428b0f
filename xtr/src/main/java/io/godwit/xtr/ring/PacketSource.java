package io.godwit.xtr.ring;

import org.jspecify.annotations.Nullable;

/** Stage 1 of either direction: parked packets that may go come first, then what the descriptors have. */
public abstract class PacketSource implements Source {
    private final PacketRing ring;
    private final Parking parking;
    private final @Nullable DeliveredLately lately;
    private final TapPoint tapPoint;
    private boolean failing;
    private boolean tapped;

    protected PacketSource(PacketRing ring, Parking parking, TapPoint tapPoint) {
        this(ring, parking, null, tapPoint);
    }

    /** @param lately what may have to be taken in once more */
    protected PacketSource(PacketRing ring, Parking parking, @Nullable DeliveredLately lately, TapPoint tapPoint) {
        this.lately = lately;
        this.ring = ring;
        this.parking = parking;
        this.tapPoint = tapPoint;
    }

    @Override
    public final int poll() {
        if (!ring.hasRoom(RingLayout.RELEASE_BATCH + ring.batch())) {
            return 0;
        }
        failing = false;
        Tap[] taps = tapPoint.active();
        tapped = taps != null;
        long next = ring.next();
        int released = parking.poll(ring, next, RingLayout.RELEASE_BATCH);
        int count = released + again(next + released, RingLayout.RELEASE_BATCH - released);
        count += read(next + count);
        if (count > 0) {
            if (taps != null) {
                tapPoint.arrived(taps, ring, next, released, next + count - 1);
            }
            ring.publish(count);
        }
        return count;
    }

    private int again(long sequence, int room) {
        return lately == null ? 0 : lately.poll(ring, sequence, room);
    }

    /** Fills at most {@link PacketRing#batch} slots from {@code sequence} on; returns how many. */
    protected abstract int read(long sequence);

    /** Whether something read waits for a slot. */
    protected boolean hasMore() {
        return false;
    }

    /** Whether a tap is at work in this round. */
    protected final boolean isTapped() {
        return tapped;
    }

    protected final PacketSlot slot(long sequence) {
        return ring.slot(sequence);
    }

    /** To be called when a device or socket refuses a read. */
    protected final void refused() {
        failing = true;
    }

    @Override
    public final boolean isFailing() {
        return failing;
    }

    @Override
    public final boolean hasWork() {
        return hasMore() || parking.hasWork() || (lately != null && lately.hasWork());
    }

    @Override
    public final void tick() {
        parking.tick();
    }

    @Override
    public final int idleMillis() {
        return parking.idleMillis();
    }
}
