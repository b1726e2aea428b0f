package io.godwit.mapserver.intake;

import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import java.nio.ByteBuffer;
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

    private final int capacity;
    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(
            new UnsafeBuffer(ByteBuffer.allocateDirect(OCTETS + RingBufferDescriptor.TRAILER_LENGTH)));
    private final ArrayDeque<Endpoint> sources = new ArrayDeque<>();
    private final ArrayDeque<IpAddress> locals = new ArrayDeque<>();
    private final MessageHandler reader;

    /** Gets what waited; the buffer is only valid during the call. */
    @FunctionalInterface
    public interface Handler {
        void onRequest(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint source);
    }

    /** @param capacity datagrams at most */
    public RequestQueue(int capacity, Handler handler) {
        this.capacity = capacity;
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
        return true;
    }

    /** Handles {@code limit} of them at most; returns whether none is left. */
    public boolean drain(int limit) {
        int left = limit;
        int read = 1;
        // The ring ends a read where it wraps around.
        while (left > 0 && read > 0) {
            read = ring.read(reader, left);
            left -= read;
        }
        return sources.isEmpty();
    }

    public int size() {
        return sources.size();
    }
}
