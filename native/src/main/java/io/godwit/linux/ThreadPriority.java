package io.godwit.linux;

import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;

/** Which threads come before others that want a processor: by niceness, from 19, the least, to -20 (setpriority(2)), or by sched(7). */
public final class ThreadPriority {
    /** Nine times what a thread of the usual niceness, 0, gets of a processor that both want. */
    static final int PREFERRED = -10;

    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_RR = 2;
    /** The least that there is. */
    private static final int URGENT = 1;

    private static final int SCHED_RESET_ON_FORK = 0x4000_0000;
    /** struct sched_param: an int. */
    private static final int PARAMETERS_LENGTH = 4;

    private static final NativeBuffer NOT_URGENT = parameters(0);
    private static final NativeBuffer IS_URGENT = parameters(URGENT);

    private ThreadPriority() {}

    /**
     * The calling thread comes before others from now on; threads that it begins have the usual priority.
     *
     * @return whether it does: that takes CAP_SYS_NICE
     */
    public static boolean prefer() {
        return schedule(CALLING_THREAD, SCHED_OTHER, NOT_URGENT)
                && Native.C.setpriority(PRIO_PROCESS, CALLING_THREAD, PREFERRED) == 0;
    }

    /**
     * The calling thread runs at once when it has something to do, and until it has not: before all that are merely preferred, which under
     * SCHED_OTHER still let others run for milliseconds. For threads that never have much to do. Threads that it begins have the usual
     * priority.
     *
     * @return whether it does: that takes CAP_SYS_NICE, and no RestrictRealtime=
     */
    public static boolean urgent() {
        return urgent(CALLING_THREAD);
    }

    /** As {@link #urgent()} of another thread of this process. */
    static boolean urgent(int thread) {
        return schedule(thread, SCHED_RR, IS_URGENT);
    }

    /** The number that Linux knows it by. */
    static int callingThread() {
        return Native.C.gettid();
    }

    private static NativeBuffer parameters(int priority) {
        NativeBuffer parameters = NativeBuffer.allocate(PARAMETERS_LENGTH);
        parameters.putInt(0, priority);
        return parameters;
    }

    private static boolean schedule(int thread, int policy, NativeBuffer parameters) {
        return Native.C.sched_setscheduler(thread, policy | SCHED_RESET_ON_FORK, parameters.address()) == 0;
    }

    /** Of the calling thread. */
    static int niceness() {
        return Native.C.getpriority(PRIO_PROCESS, CALLING_THREAD);
    }
}
