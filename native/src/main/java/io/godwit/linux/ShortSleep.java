package io.godwit.linux;

import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Sleeps of microseconds, for one thread (nanosleep(2)). {@link Thread#sleep} and {@link java.util.concurrent.locks.LockSupport#parkNanos} end when the
 * kernel's timer does, which may gather them with others for 50 us (PR_SET_TIMERSLACK of prctl(2)).
 */
public final class ShortSleep implements AutoCloseable {
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int SLACK_NANOS = 1_000;
    private static final long NOTHING_REMAINS = 0;

    /** struct timespec: seconds and nanoseconds. */
    private final NativeBuffer duration = NativeBuffer.allocate(2 * Long.BYTES);

    /** From now on timers of the calling thread, the one that is going to sleep, are punctual to a microsecond. */
    public ShortSleep() {
        Native.C.prctl(PR_SET_TIMERSLACK, SLACK_NANOS);
    }

    /** Returns after {@code micros}, less than a second, or earlier when a signal comes. Allocates nothing. */
    public void micros(int micros) {
        duration.putLong(Long.BYTES, TimeUnit.MICROSECONDS.toNanos(micros));
        Native.C.nanosleep(duration.address(), NOTHING_REMAINS);
    }

    @Override
    public void close() {
        duration.close();
    }
}
