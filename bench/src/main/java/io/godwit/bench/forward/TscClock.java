package io.godwit.bench.forward;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor's time stamp counter, which is what a "clock" is here: it ticks at one rate whatever the core's frequency. */
final class TscClock {
    private TscClock() {}

    /**
     * Ticks a nanosecond. Linux derives bogomips from the measured counter (two for each tick of 10^6 a second), so half of it is the rate; where
     * /proc/cpuinfo has none, {@code -Dgodwit.tscGhz} must say.
     */
    static double ghz() throws IOException {
        String named = System.getProperty("godwit.tscGhz");
        if (named != null) {
            return Double.parseDouble(named);
        }
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("bogomips")) {
                return Double.parseDouble(line.substring(line.indexOf(':') + 1).strip()) / 2000;
            }
        }
        throw new IOException(
                "/proc/cpuinfo has no bogomips: name the TSC rate with GODWIT_JAVA_OPTIONS=-Dgodwit.tscGhz=...");
    }
}
