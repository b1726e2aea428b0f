package io.godwit.daemon.net;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Urgency;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends from the socket of a {@link NettyControlTransport} what one event makes the control thread say to very many: in a thread of its own,
 * so that the kernel takes the first while the next are signed, and in the order in which they were given. Owned by the control
 * thread.
 */
final class FanOut {
    /** Datagrams that are handed over together: each time costs a system call, and the first should not wait for the last. */
    private static final int BATCH = 32;
    /** So many batches may wait; then the control thread does, as it does where it calls the kernel itself. */
    private static final int MAX_WAITING = 256;

    /** At a stretch: a few thousand datagrams. */
    private static final long URGENT_NANOS = TimeUnit.MILLISECONDS.toNanos(16);

    private static final long PAUSE_NANOS = 50_000;
    private static final int MOST_PAUSES = 1_000;

    private final EventLoop loop;
    /** The same socket by a descriptor of its own, which is never read. */
    private final EpollDatagramChannel channel;

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private @Nullable List<DatagramPacket> batch;
    /** Waited in vain; not again before there was room. */
    private boolean stuck;

    /** @param socket that of the control thread */
    FanOut(EventLoop loop, EpollDatagramChannel socket) {
        this.loop = loop;
        channel = new EpollDatagramChannel(Descriptors.duplicate(socket.fd().intValue()));
        channel.config().setAutoRead(false);
        channel.config().setAllocator(socket.config().getAllocator());
        channel.config().setWriteBufferWaterMark(socket.config().getWriteBufferWaterMark());
        // It does only what the control thread has signed. With a niceness it waited milliseconds for each compiler.
        Urgency urgency = new Urgency(System::nanoTime, URGENT_NANOS, (nanos, review) -> {
            var _ = loop.schedule(review, nanos, TimeUnit.NANOSECONDS);
        });
        loop.execute(urgency::begin);
        // Before the first batch, for which nobody waits here.
        var _ = loop.register(channel);
    }

    /** Whether something was given that the kernel does not have yet: what follows has to be given too, or it would come first. */
    boolean isBusy() {
        return batch != null || waiting.get() > 0;
    }

    /** @return whether there was room; otherwise it is released */
    boolean give(DatagramPacket packet) {
        if (batch == null) {
            if (!awaitRoom()) {
                ReferenceCountUtil.release(packet);
                return false;
            }
            batch = new ArrayList<>(BATCH);
        }
        batch.add(packet);
        if (batch.size() == BATCH) {
            flush();
        }
        return true;
    }

    private boolean awaitRoom() {
        int pauses = stuck ? MOST_PAUSES : 0;
        while (waiting.get() >= MAX_WAITING && pauses < MOST_PAUSES) {
            LockSupport.parkNanos(PAUSE_NANOS);
            pauses++;
        }
        stuck = waiting.get() >= MAX_WAITING;
        return !stuck;
    }

    /** Hands over what was given. */
    void flush() {
        List<DatagramPacket> packets = batch;
        if (packets != null) {
            batch = null;
            waiting.incrementAndGet();
            loop.execute(() -> send(packets));
        }
    }

    private void send(List<DatagramPacket> packets) {
        for (DatagramPacket packet : packets) {
            channel.write(packet)
                    .addListener((ChannelFuture done) -> (done.isSuccess() ? sent : failed).incrementAndGet());
        }
        channel.flush();
        Urgency.check();
        waiting.decrementAndGet();
    }

    /** Datagrams, since the last time. */
    long newlySent() {
        return sent.getAndSet(0);
    }

    /** Datagrams, since the last time. */
    long newlyFailed() {
        return failed.getAndSet(0);
    }

    /** Sends what was given, and ends. */
    void close() {
        flush();
        if (!loop.isShuttingDown()) {
            channel.close().awaitUninterruptibly();
        }
    }
}
