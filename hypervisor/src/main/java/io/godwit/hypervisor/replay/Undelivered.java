package io.godwit.hypervisor.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which of the frames that went into a tap its guest did not get. */
final class Undelivered {
    /** Of a frame that went into the tap. {@code octets} may lack the end of a long one. */
    record Copy(byte[] octets, long epochMicros) {}

    private Undelivered() {}

    /**
     * Of a tap that can be read: what waits in it, and what QEMU took out of it although the guest had stopped.
     *
     * @param copies in the order of the tap; may lack the last ones
     * @param waiting all that the tap still had, in its order
     * @param stopMicros when the guest stopped, wall clock
     * @param before of what QEMU took last, so many in any case: it may not have handed them on. Those may come twice.
     */
    static List<byte[]> of(List<Copy> copies, List<byte[]> waiting, long stopMicros, int before) {
        int end = firstWaiting(copies, waiting);
        int from = Math.min(Math.max(0, end - before), stop(copies, stopMicros));
        List<byte[]> all = new ArrayList<>();
        for (int i = from; i < end; i++) {
            all.add(copies.get(i).octets());
        }
        all.addAll(waiting);
        return all;
    }

    /** Of a tap that cannot be read, where nobody knows more: what went into it since the stop, and so many before. */
    static List<byte[]> guessed(List<Copy> copies, long stopMicros, int before) {
        return copies.subList(Math.max(0, stop(copies, stopMicros) - before), copies.size()).stream()
                .map(Copy::octets)
                .toList();
    }

    private static int stop(List<Copy> copies, long stopMicros) {
        int index = 0;
        while (index < copies.size() && copies.get(index).epochMicros() < stopMicros) {
            index++;
        }
        return index;
    }

    /** The first copy of what waits. When there are equal frames, as many as possible are taken for waiting. */
    private static int firstWaiting(List<Copy> copies, List<byte[]> waiting) {
        int first = Math.max(0, copies.size() - waiting.size());
        while (!endsWith(copies, first, waiting)) {
            first++;
        }
        return first;
    }

    private static boolean endsWith(List<Copy> copies, int first, List<byte[]> waiting) {
        for (int i = first; i < copies.size(); i++) {
            if (!isCopy(copies.get(i).octets(), waiting.get(i - first))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCopy(byte[] copy, byte[] frame) {
        return Arrays.equals(copy, 0, copy.length, frame, 0, Math.min(frame.length, TapReplay.SNAPLEN));
    }
}
