package io.godwit.xtr.ring;

import org.agrona.BufferUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * From the control thread to one data thread: the entry of this prefix has changed, look at what is parked for it. When the queue is full
 * a flag says the same of everything, so nothing is forgotten.
 */
public final class ReleaseQueue {
    private static final int CAPACITY = 1 << 16;
    private static final int TYPE = 1;
    private static final int MESSAGE = 24;
    private static final int LENGTH = 4;
    private static final int HIGH = 8;
    private static final int LOW = 16;
    private static final int IPV6 = 0x100;

    /** What a data thread does with a message. */
    interface Listener {
        void onChanged(int instance, boolean ipv6, long high, long low, int length);

        void onAnythingChanged();
    }

    private final OneToOneRingBuffer queue = new OneToOneRingBuffer(
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH, 128)));
    private volatile boolean overflow;

    /** Control thread, after the change is published. {@code length} is the prefix length. */
    public void offer(int instance, boolean ipv6, long high, long low, int length) {
        int index = queue.tryClaim(TYPE, MESSAGE);
        if (index < 0) {
            overflow = true;
            return;
        }
        queue.buffer().putInt(index, instance);
        queue.buffer().putInt(index + LENGTH, length | (ipv6 ? IPV6 : 0));
        queue.buffer().putLong(index + HIGH, high);
        queue.buffer().putLong(index + LOW, low);
        queue.commit(index);
    }

    boolean isEmpty() {
        return !overflow && queue.producerPosition() == queue.consumerPosition();
    }

    /** A handler for {@link #poll}, to be made once. */
    static MessageHandler handler(Listener listener) {
        return (type, buffer, index, length) -> {
            int flags = buffer.getInt(index + LENGTH);
            listener.onChanged(
                    buffer.getInt(index),
                    (flags & IPV6) != 0,
                    buffer.getLong(index + HIGH),
                    buffer.getLong(index + LOW),
                    flags & 0xff);
        };
    }

    /** Data thread. */
    void poll(MessageHandler handler, Listener listener, int limit) {
        if (overflow) {
            overflow = false;
            listener.onAnythingChanged();
        }
        queue.read(handler, limit);
    }
}
