package io.godwit.daemon.net;

import io.godwit.daemon.StartException;
import io.godwit.linux.Urgency;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The one thread that owns a daemon's control plane: a Netty epoll event loop, with its timers; and one beside it that only sends. */
public final class ControlThread implements AutoCloseable {
    static {
        // With its first buffer Netty would start the JVM's flight recorder in this thread: half a second, several on a
        // machine that is busy, in which nothing is answered.
        setUnlessGiven("io.netty.jfr.enabled", "false");
        // Of each 128th buffer Netty would keep a stack trace, to tell who did not release it.
        setUnlessGiven("io.netty.leakDetection.level", "disabled");
    }

    private static void setUnlessGiven(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** At a stretch: a thousand subscribers are told in less. */
    private static final long URGENT_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private final MultiThreadIoEventLoopGroup group;
    private final IoEventLoop loop;
    private final IoEventLoop sending;
    private final EventLoopTimers timers;

    /** Loads what the first such thread needs. @return whether it works on this machine */
    public static boolean load() {
        return Epoll.isAvailable();
    }

    /** @param name of the thread */
    public ControlThread(String name) {
        if (!Epoll.isAvailable()) {
            throw new StartException(
                    "Netty's epoll transport does not load on this machine (it needs Linux on x86_64 or aarch64): "
                            + Epoll.unavailabilityCause(),
                    Epoll.unavailabilityCause());
        }
        group = new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory(name, true), EpollIoHandler.newFactory());
        loop = group.next();
        sending = group.next();
        timers = new EventLoopTimers(loop);
    }

    public IoEventLoop loop() {
        return loop;
    }

    /** Sends what is for very many; has no thread where nobody asks for that. */
    public IoEventLoop sending() {
        return sending;
    }

    public EventLoopTimers timers() {
        return timers;
    }

    /**
     * Messages and moves do not wait for guests and compilers that keep the processors busy: niceness alone lets those run for
     * milliseconds. Where there is much to do others have their share. In the control thread.
     *
     * @return whether it comes before others: that takes CAP_SYS_NICE
     */
    public boolean hurry() {
        return new Urgency(
                        timers::nanoTime,
                        URGENT_NANOS,
                        (nanos, review) -> timers.after(Duration.ofNanos(nanos), review))
                .begin();
    }

    /** Runs what is queued, then ends the thread; at most a second. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
