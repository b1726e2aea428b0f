package io.godwit.linux.poll;

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
    /** struct epoll_event: events (32 bit), data (64 bit); packed on x86-64 only. */
    private static final int EVENT_DATA = System.getProperty("os.arch", "").equals("amd64") ? 4 : 8;

    private static final int EVENT_LENGTH = EVENT_DATA + 8;
    /** More ready sources than this are told by the next call. */
    private static final int CAPACITY = 16;
    /** In place of a source's. */
    private static final int WAKE_UP = -1;

    private final LibC libc = Native.C;
    private final NativeBuffer events = NativeBuffer.allocate(CAPACITY * EVENT_LENGTH);
    /** The eventfd's counter: read into the first half, added from the second. */
    private final NativeBuffer counter = NativeBuffer.allocate(2 * Long.BYTES);

    private final int epoll;
    private final int wakeUp;
    private int readable = -1;
    private boolean closed;

    public EpollPoller(List<? extends Pollable> sources) {
        epoll = Native.check(libc.epoll_create1(EPOLL_CLOEXEC), "Cannot create an epoll descriptor");
        wakeUp = Native.check(libc.eventfd(0, Flags.O_NONBLOCK | Flags.O_CLOEXEC), "Cannot create an event descriptor");
        counter.putLong(Long.BYTES, 1);
        add(wakeUp, WAKE_UP);
        for (int i = 0; i < sources.size(); i++) {
            add(sources.get(i).fd(), i);
        }
    }

    private void add(int fd, int place) {
        events.putInt(0, Flags.POLLIN);
        events.putLong(EVENT_DATA, place);
        Native.check(libc.epoll_ctl(epoll, EPOLL_CTL_ADD, fd, events.address()), "Cannot watch descriptor " + fd);
    }

    @Override
    public boolean await(int timeoutMillis) {
        int ready = libc.epoll_wait(epoll, events.address(), CAPACITY, timeoutMillis);
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
