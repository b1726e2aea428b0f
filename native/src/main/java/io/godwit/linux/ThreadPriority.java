package io.godwit.linux;

import io.godwit.linux.ffi.Native;

/** How much a thread comes before others that want a processor (setpriority(2)); its niceness, from 19, the least, to -20. */
public final class ThreadPriority {
    /** Of threads that decide on moves and answer messages. */
    public static final int PREFERRED = -10;

    public static final int USUAL = 0;

    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;

    private ThreadPriority() {}

    /**
     * Gives the calling thread {@code niceness}. Threads that it begins have the same.
     *
     * @return whether it has it: better than before takes CAP_SYS_NICE
     */
    public static boolean set(int niceness) {
        return niceness() == niceness || Native.C.setpriority(PRIO_PROCESS, CALLING_THREAD, niceness) == 0;
    }

    /** Of the calling thread. */
    public static int niceness() {
        return Native.C.getpriority(PRIO_PROCESS, CALLING_THREAD);
    }
}
