package io.godwit.linux;

import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import java.util.ArrayList;
import java.util.List;

/** Which CPUs a thread runs on (sched_setaffinity(2)). */
public final class ThreadAffinity {
    /** cpu_set_t: a bit a CPU. */
    static final int MASK_LENGTH = 128;

    private ThreadAffinity() {}

    /** CPUs that the calling thread may run on, ascending. */
    public static List<Integer> availableCpus() {
        try (NativeBuffer mask = NativeBuffer.allocate(MASK_LENGTH)) {
            Native.check(Native.C.sched_getaffinity(0, MASK_LENGTH, mask.address()), "Cannot read the CPU affinity");
            List<Integer> cpus = new ArrayList<>();
            for (int cpu = 0; cpu < MASK_LENGTH * 8; cpu++) {
                if ((mask.getLong(cpu / 64 * 8) >>> (cpu % 64) & 1) != 0) {
                    cpus.add(cpu);
                }
            }
            return List.copyOf(cpus);
        }
    }

    /** Binds the calling thread to {@code cpu}. */
    public static void pin(int cpu) {
        if (cpu < 0 || cpu >= MASK_LENGTH * 8) {
            throw new LinuxException("CPU " + cpu + " does not exist: choose one of " + availableCpus(), Errno.EINVAL);
        }
        try (NativeBuffer mask = NativeBuffer.allocate(MASK_LENGTH)) {
            mask.putLong(cpu / 64 * 8, 1L << (cpu % 64));
            if (Native.C.sched_setaffinity(0, MASK_LENGTH, mask.address()) < 0) {
                throw new LinuxException(
                        "Cannot run on CPU " + cpu + ": choose one of " + availableCpus(), Native.errno());
            }
        }
    }
}
