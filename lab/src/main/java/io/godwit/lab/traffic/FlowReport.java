package io.godwit.lab.traffic;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of the packets of one direction that were sent in a span of time.
 *
 * @param longestGapNanos longest time without an arrival; where the first or last packets of the span were lost, it counts from or to their sending
 * @param gapStart when that gap began
 * @param firstLost when the first lost packet was sent, 0 when none was lost
 * @param lostNumbers of the first {@value #NAMED} lost packets
 */
public record FlowReport(
        long sent,
        long lost,
        long longestGapNanos,
        long gapStart,
        long firstLost,
        long lastLost,
        List<Integer> lostNumbers) {
    private static final int NAMED = 16;

    /** Packets sent in [{@code from}, {@code to}), both {@link System#nanoTime}. */
    public static FlowReport of(FlowLog sent, FlowLog arrived, long from, long to) {
        Tally tally = new Tally();
        int end = sent.next();
        for (int sequence = firstSentAt(sent, from); sequence < end; sequence++) {
            long sentAt = sent.time(sequence);
            if (sentAt >= to) {
                break;
            }
            if (sentAt != 0) {
                tally.add(sequence, sentAt, sequence < arrived.capacity() ? arrived.time(sequence) : 0);
            }
        }
        return tally.report();
    }

    /** Binary search: times grow with sequence numbers. A number whose sending failed (time 0) counts as its successor. */
    private static int firstSentAt(FlowLog sent, long from) {
        int low = 0;
        int high = sent.next();
        while (low < high) {
            int middle = (low + high) >>> 1;
            int known = middle;
            while (known < high && sent.time(known) == 0) {
                known++;
            }
            if (known < high && sent.time(known) < from) {
                low = known + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    public double longestGapMillis() {
        return longestGapNanos / 1e6;
    }

    /** Running figures over packets in the order of sending. */
    private static final class Tally {
        private long sent;
        private long lost;
        private long latest;
        private long gap;
        private long gapStart;
        private long firstLost;
        private long lastLost;
        private final List<Integer> lostNumbers = new ArrayList<>();

        void add(int number, long sentAt, long arrivedAt) {
            sent++;
            if (arrivedAt == 0) {
                lost++;
                if (lost <= NAMED) {
                    lostNumbers.add(number);
                }
                firstLost = firstLost == 0 ? sentAt : firstLost;
                lastLost = sentAt;
                latest = latest == 0 ? sentAt : latest;
                return;
            }
            silentUntil(arrivedAt);
            latest = Math.max(latest, arrivedAt);
        }

        private void silentUntil(long time) {
            if (latest != 0 && time - latest > gap) {
                gap = time - latest;
                gapStart = latest;
            }
        }

        FlowReport report() {
            silentUntil(lastLost);
            return new FlowReport(sent, lost, gap, gapStart, firstLost, lastLost, List.copyOf(lostNumbers));
        }
    }
}
