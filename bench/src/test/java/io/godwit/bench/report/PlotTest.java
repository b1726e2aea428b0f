package io.godwit.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotTest {
    @Test
    void shouldDrawWithoutADisplay(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("plot.svg");

        new Plot("Outage", "move", "ms")
                .points("client to VM", new double[] {1, 2}, new double[] {0.5, 1})
                .write(file);

        // Text is drawn as outlines; the two points are circles.
        assertThat(Files.readString(file).split("<ellipse", -1)).hasSizeGreaterThanOrEqualTo(3);
    }
}
