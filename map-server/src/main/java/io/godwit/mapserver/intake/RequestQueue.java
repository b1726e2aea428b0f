package io.godwit.mapserver.intake;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.packet.address.IpAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Map-Requests that take longer, copied, in the order they came. They wait until everything that was received with them has been looked at:
 * registrations, acknowledgements and requests that are answered at once go first. What does not fit is lost, as in a full socket buffer.
 */
public final class RequestQueue {
    /** Room for 8,192 usual requests; a message may take an eighth of it, more than a datagram has. */
    private static final int OCTETS = 1 << 20;

    private static final int REQUEST = 1;
    /** Handled before other datagrams get their turn again. */
    private static final int AT_ONCE = 64;

    private final int capacity;
    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(
            new UnsafeBuffer(ByteBuffer.allocateDirect(OCTETS + RingBufferDescriptor.TRAILER_LENGTH)));
    private final ArrayDeque<Endpoint> sources = new ArrayDeque<>();
    private final ArrayDeque<IpAddress> locals = new ArrayDeque<>();
    private final MessageHandler reader;
    private final Timers timers;
    private boolean draining;

    /** Gets what waited; the buffer is only valid during the call. */
    @FunctionalInterface
    public interface Handler {
        void onRequest(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint source);
    }

    /** @param capacity datagrams at most */
    public RequestQueue(int capacity, Timers timers, Handler handler) {
        this.capacity = capacity;
        this.timers = timers;
        reader = (type, buffer, offset, length) ->
                handler.onRequest(buffer, offset, length, locals.removeFirst(), sources.removeFirst());
    }

    /** Whether there was room. */
    public boolean offer(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint source) {
        if (sources.size() >= capacity || !ring.write(REQUEST, buffer, offset, length)) {
            return false;
        }
        sources.addLast(source);
        locals.addLast(local);
        if (!draining) {
            draining = true;
            timers.execute(this::drain);
        }
        return true;
    }

    private void drain() {
        draining = false; // so that a failure ends this turn only
        int left = AT_ONCE;
        int read = 1;
        // The ring ends a read where it wraps around.
        while (left > 0 && read > 0) {
            read = ring.read(reader, left);
            left -= read;
        }
        if (!sources.isEmpty()) {
            draining = true;
            timers.after(Duration.ZERO, this::drain); // what has come meanwhile goes first
        }
    }

    public int size() {
        return sources.size();
    }
}
