package io.godwit.linux;

import io.godwit.linux.ffi.Native;

/** How much a thread comes before others that want a processor (setpriority(2)); its niceness, from 19, the least, to -20. */
public final class ThreadPriority {
    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;

    private ThreadPriority() {}

    /**
     * Gives the calling thread {@code niceness}, unless it has a better one.
     *
     * @return whether it has it: better than before takes CAP_SYS_NICE
     */
    public static boolean atLeast(int niceness) {
        return niceness() <= niceness || Native.C.setpriority(PRIO_PROCESS, CALLING_THREAD, niceness) == 0;
    }

    /** Of the calling thread. */
    public static int niceness() {
        return Native.C.getpriority(PRIO_PROCESS, CALLING_THREAD);
    }
}
