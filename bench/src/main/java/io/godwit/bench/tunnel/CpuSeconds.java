package io.godwit.bench.tunnel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time from /proc. */
final class CpuSeconds {
    private static final double TICKS_PER_SECOND = 100;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;

    private CpuSeconds() {}

    /** Seconds that all processors together have worked: user, system, interrupts. */
    static double ofMachine() throws IOException {
        String[] fields =
                Files.readAllLines(Path.of("/proc/stat")).getFirst().strip().split(" +", -1);
        long ticks = 0;
        for (int i = 1; i < STEAL; i++) {
            ticks += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(fields[i]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
