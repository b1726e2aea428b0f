package io.godwit.linux.poll;

import io.godwit.linux.Errno;
import io.godwit.linux.Pollable;
import io.godwit.linux.Poller;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.LibC;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import java.util.List;

/** epoll, level-triggered, with an eventfd for the wake-up. {@link #close} only when no thread waits or wakes any more. */
public final class EpollPoller implements Poller {
    private static final int EPOLL_CLOEXEC = Flags.O_CLOEXEC;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    /** struct epoll_event: events (32 bit), data (64 bit); packed on x86-64 only. */
    private static final int EVENT_DATA = System.getProperty("os.arch", "").equals("amd64") ? 4 : 8;

    private static final int EVENT_LENGTH = EVENT_DATA + 8;
    /** More ready sources than this are told by the next call. */
    private static final int CAPACITY = 16;
    /** In place of a source's. */
    private static final int WAKE_UP = -1;
    /** Between looks by itself, of one whose sources the kernel would not watch again. */
    private static final int UNWATCHED_MILLIS = 1;

    private final LibC libc = Native.C;
    private final NativeBuffer events = NativeBuffer.allocate(CAPACITY * EVENT_LENGTH);
    /** The eventfd's counter: read into the first half, added from the second. */
    private final NativeBuffer counter = NativeBuffer.allocate(2 * Long.BYTES);

    private final int epoll;
    private final int wakeUp;
    private final int[] sources;
    private boolean ignoring;
    private int readable = -1;
    private boolean closed;

    public EpollPoller(List<? extends Pollable> sources) {
        epoll = Native.check(libc.epoll_create1(EPOLL_CLOEXEC), "Cannot create an epoll descriptor");
        wakeUp = Native.check(libc.eventfd(0, Flags.O_NONBLOCK | Flags.O_CLOEXEC), "Cannot create an event descriptor");
        counter.putLong(Long.BYTES, 1);
        this.sources = sources.stream().mapToInt(Pollable::fd).toArray();
        check(add(wakeUp, WAKE_UP), wakeUp);
        for (int i = 0; i < this.sources.length; i++) {
            check(add(this.sources[i], i), this.sources[i]);
        }
    }

    private static void check(int result, int fd) {
        Native.check(result, "Cannot watch descriptor " + fd);
    }

    private int add(int fd, int place) {
        events.putInt(0, Flags.POLLIN);
        events.putLong(EVENT_DATA, place);
        return libc.epoll_ctl(epoll, EPOLL_CTL_ADD, fd, events.address());
    }

    @Override
    public void ignore() {
        if (!ignoring) {
            ignoring = true;
            for (int source : sources) {
                libc.epoll_ctl(epoll, EPOLL_CTL_DEL, source, events.address());
            }
        }
    }

    /** Whether all of them are watched; what is readable already is told at once. */
    private boolean watchAgain() {
        ignoring = false;
        for (int i = 0; i < sources.length; i++) {
            ignoring |= add(sources[i], i) < 0 && Native.errno() != Errno.EEXIST;
        }
        return !ignoring;
    }

    @Override
    public boolean await(int timeoutMillis) {
        int millis = ignoring && !watchAgain() ? UNWATCHED_MILLIS : timeoutMillis;
        int ready = libc.epoll_wait(epoll, events.address(), CAPACITY, millis);
        readable = -1;
        for (int i = 0; i < ready; i++) {
            int place = (int) events.getLong(i * EVENT_LENGTH + EVENT_DATA);
            if (place == WAKE_UP) {
                libc.read(wakeUp, counter.address(), Long.BYTES);
            } else {
                readable = place;
            }
        }
        return ready > 0;
    }

    @Override
    public int readable() {
        return readable;
    }

    @Override
    public void wakeUp() {
        libc.write(wakeUp, counter.address() + Long.BYTES, Long.BYTES);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            libc.close(epoll);
            libc.close(wakeUp);
            events.close();
            counter.close();
        }
    }
}
