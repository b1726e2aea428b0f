package io.godwit.linux.fake;

import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.VnetHeader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/** One queue of a TUN device in memory: the test is the host behind it. */
public final class FakeTun extends FakeSource implements TunDevice {
    /**
     * What the router wrote.
     *
     * @param header the virtio_net_hdr, for {@link VnetHeader}
     * @param packet IP packet or super-packet
     */
    public record Frame(byte[] header, byte[] packet) {}

    private final String name;
    private final int interfaceIndex;
    private final TunOffloads offloads;
    private final PacketQueue toRouter = new PacketQueue(true);
    private final PacketQueue toHost = new PacketQueue(true);
    private final UnsafeBuffer gathered = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 17, 64));
    private final UnsafeBuffer piece = new UnsafeBuffer(0, 0);
    private volatile int writeError;
    private volatile boolean closed;

    FakeTun(String name, int interfaceIndex, TunOffloads offloads) {
        this.name = name;
        this.interfaceIndex = interfaceIndex;
        this.offloads = offloads;
    }

    // --- the host's side

    /** The host sends {@code packet}; nothing is asked of the router in the vnet header. */
    public void fromHost(byte[] packet) {
        fromHost(new byte[VnetHeader.LENGTH], packet);
    }

    /** The host sends {@code packet} under a header made with {@link VnetHeader#put}. */
    public void fromHost(byte[] header, byte[] packet) {
        byte[] frame = Arrays.copyOf(header, VnetHeader.LENGTH + packet.length);
        System.arraycopy(packet, 0, frame, VnetHeader.LENGTH, packet.length);
        synchronized (toRouter) {
            if (!toRouter.add(frame)) {
                throw new IllegalStateException("the router does not read from " + name + ": its queue is full");
            }
        }
        signal();
    }

    /** The next packet the router delivered, if one is there. */
    public Optional<Frame> delivered() {
        synchronized (toHost) {
            return toHost.isEmpty() ? Optional.empty() : Optional.of(frame(toHost.remove()));
        }
    }

    /** The next packet the router delivers within {@code patience}. */
    public Optional<Frame> awaitDelivered(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (toHost) {
            while (toHost.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return Optional.empty();
                }
                toHost.wait(left);
            }
            return Optional.of(frame(toHost.remove()));
        }
    }

    private static Frame frame(byte[] octets) {
        return new Frame(
                Arrays.copyOf(octets, VnetHeader.LENGTH), Arrays.copyOfRange(octets, VnetHeader.LENGTH, octets.length));
    }

    /** Refuses what the router writes from now on, with {@code errno}; 0 accepts again. */
    public void refuseWrites(int errno) {
        writeError = errno;
    }

    // --- the router's side

    @Override
    public String name() {
        return name;
    }

    @Override
    public int interfaceIndex() {
        return interfaceIndex;
    }

    @Override
    public TunOffloads offloads() {
        return offloads;
    }

    @Override
    boolean readable() {
        synchronized (toRouter) {
            return !toRouter.isEmpty();
        }
    }

    @Override
    public int read(long address, int capacity) {
        synchronized (toRouter) {
            return toRouter.isEmpty() ? 0 : toRouter.remove(address, capacity);
        }
    }

    @Override
    public int write(long address, int length) {
        if (writeError != 0) {
            return -writeError;
        }
        synchronized (toHost) {
            boolean added = toHost.add(address, length, 0, 0, 0);
            toHost.notifyAll();
            return added ? length : 0;
        }
    }

    @Override
    public synchronized int writeGathered(long vectors, int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            int octets = (int) UnsafeApi.getLong(vectors + i * 16L + 8);
            gathered.putBytes(length, pieces(UnsafeApi.getLong(vectors + i * 16L), octets), 0, octets);
            length += octets;
        }
        return write(gathered.addressOffset(), length);
    }

    private UnsafeBuffer pieces(long address, int length) {
        piece.wrap(address, length);
        return piece;
    }

    public boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
