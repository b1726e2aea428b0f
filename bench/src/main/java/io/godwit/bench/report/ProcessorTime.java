package io.godwit.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Seconds of all processors together, from /proc/stat, which counts in hundredths. */
public final class ProcessorTime {
    private static final double TICKS_PER_SECOND = 100;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;

    private ProcessorTime() {}

    /** In which they have worked: user, system, interrupts. */
    public static double worked() {
        String[] fields = fields();
        long ticks = 0;
        for (int i = 1; i < STEAL; i++) {
            ticks += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(fields[i]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** In which they stood still with work to do: the host of this virtual machine gave them to others, or held it to its share. */
    public static double stolen() {
        return Long.parseLong(fields()[STEAL]) / TICKS_PER_SECOND;
    }

    private static String[] fields() {
        try {
            return Files.readAllLines(Path.of("/proc/stat")).getFirst().strip().split(" +", -1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
