package io.godwit.lab.demo;

import io.godwit.lab.traffic.FlowLog;

/**
 * What a receiver had of packets other than each once and in order.
 *
 * @param duplicated packets that came again
 * @param reordered packets that came after one sent later
 */
public record Disorder(long duplicated, long reordered) {
    /** Since the log exists. */
    public static Disorder of(FlowLog arrivals) {
        return new Disorder(arrivals.duplicates(), arrivals.reordered());
    }

    public Disorder since(Disorder earlier) {
        return new Disorder(duplicated - earlier.duplicated, reordered - earlier.reordered);
    }
}
