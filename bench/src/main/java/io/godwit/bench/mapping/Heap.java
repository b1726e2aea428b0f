package io.godwit.bench.mapping;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of the heap garbage may take. Where 12 GB are free the collector waits until they have been used, and every octet allocated until
 * then lies in a page that the kernel has to find and to clear: on the account of the thread that allocates, and for as much time again as
 * a registration takes. A daemon's heap is small, and its pages are used again and again.
 */
final class Heap {
    private static final HotSpotDiagnosticMXBean VM =
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    private static final int PIECE = 1 << 20;

    private Heap() {}

    /** Collects before more than this is used, and takes it from the kernel now; with a smaller heap, all of that. */
    static void within(long octets) {
        long bound = Math.min(octets, Runtime.getRuntime().maxMemory());
        VM.setVMOption("SoftMaxHeapSize", Long.toString(bound));
        var _ = take(bound - bound / 4);
        System.gc();
    }

    /** Returns how many pieces there were at once. */
    private static int take(long octets) {
        List<byte[]> pieces = new ArrayList<>();
        for (long taken = 0; taken < octets; taken += PIECE) {
            pieces.add(new byte[PIECE]);
        }
        return pieces.size();
    }

    /** All that there is may be used. */
    static void unbounded() {
        VM.setVMOption("SoftMaxHeapSize", Long.toString(Runtime.getRuntime().maxMemory()));
    }
}
