package io.godwit.lab.demo;

import java.util.Arrays;

/** Figures of the verdict. */
public final class Numbers {
    private Numbers() {}

    /** Rounded to a hundredth. */
    public static double millis(double millis) {
        return Math.round(millis * 100) / 100.0;
    }

    /** 0 of none. */
    public static double median(double[] values) {
        if (values.length == 0) {
            return 0;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest value that so many are not above: of 50 and 0.99 the greatest. 0 of none. */
    public static double percentile(double[] values, double part) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(part * sorted.length) - 1];
    }

    public static double max(double[] values) {
        return Arrays.stream(values).max().orElse(0);
    }
}
