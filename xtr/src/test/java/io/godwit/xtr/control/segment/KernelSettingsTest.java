package io.godwit.xtr.control.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSettingsTest {
    private static final String FILTER = "net/ipv4/conf/br-vm/rp_filter";
    private static final String FORWARDING = "net/ipv4/conf/br-vm/forwarding";

    @TempDir
    Path folder;

    private String value(String path) throws IOException {
        return Files.readString(folder.resolve("sys").resolve(path)).strip();
    }

    private void give(String path, String value) throws IOException {
        Path file = folder.resolve("sys").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    private ValuesBefore before() {
        return new ValuesBefore(folder.resolve("kernel-before"));
    }

    private KernelSettings settings(ValuesBefore before) {
        return new KernelSettings(new Sysctls(folder.resolve("sys")), before);
    }

    @Test
    void shouldPutBackWhatItChanged() throws IOException {
        give(FILTER, "1");
        give(FORWARDING, "1");
        give("net/ipv4/conf/all/rp_filter", "0");
        ValuesBefore before = before();
        KernelSettings settings = settings(before);

        settings.prepareSegment("br-vm");
        assertThat(value(FILTER)).isEqualTo("0");
        give(FORWARDING, "0");
        before.restore(settings::restore);

        assertThat(value(FILTER)).isEqualTo("1");
        assertThat(value(FORWARDING)).as("not changed by us").isEqualTo("0");
        assertThat(folder.resolve("kernel-before")).doesNotExist();
    }

    @Test
    void shouldPutBackWhatAKilledInstanceChanged() throws IOException {
        give(FILTER, "1");
        settings(before()).prepareSegment("br-vm");

        ValuesBefore next = before();
        KernelSettings settings = settings(next);
        settings.prepareSegment("br-vm");
        next.restore(settings::restore);

        assertThat(value(FILTER)).isEqualTo("1");
    }

    @Test
    void shouldNotMindAnInterfaceThatIsGone() throws IOException {
        give(FILTER, "1");
        ValuesBefore before = before();
        KernelSettings settings = settings(before);
        settings.prepareSegment("br-vm");
        Files.delete(folder.resolve("sys").resolve(FILTER));

        before.restore(settings::restore);

        assertThat(folder.resolve("kernel-before")).doesNotExist();
    }
}
