package io.godwit.linux;

import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;

/** Which threads come before others that want a processor: by niceness, from 19, the least, to -20 (setpriority(2)). */
public final class ThreadPriority {
    /** Nine times what a thread of the usual niceness, 0, gets of a processor that both want. */
    static final int PREFERRED = -10;

    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_RESET_ON_FORK = 0x4000_0000;
    /** struct sched_param: an int, 0 with this policy. */
    private static final int PARAMETERS_LENGTH = 4;

    private ThreadPriority() {}

    /**
     * The calling thread comes before others from now on; threads that it begins have the usual priority.
     *
     * @return whether it does: that takes CAP_SYS_NICE
     */
    public static boolean prefer() {
        try (NativeBuffer parameters = NativeBuffer.allocate(PARAMETERS_LENGTH)) {
            parameters.putInt(0, 0);
            int policy = SCHED_OTHER | SCHED_RESET_ON_FORK;
            return Native.C.sched_setscheduler(CALLING_THREAD, policy, parameters.address()) == 0
                    && Native.C.setpriority(PRIO_PROCESS, CALLING_THREAD, PREFERRED) == 0;
        }
    }

    /** Of the calling thread. */
    static int niceness() {
        return Native.C.getpriority(PRIO_PROCESS, CALLING_THREAD);
    }
}
