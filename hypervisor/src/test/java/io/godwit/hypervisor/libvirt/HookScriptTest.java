package io.godwit.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** libvirt/qemu, called as libvirt calls it: with PATH and HOME, and nothing else of an environment. */
@Timeout(60)
class HookScriptTest {
    @TempDir
    Path folder;

    private Path hook = Path.of("");

    @BeforeEach
    void install() throws IOException {
        hook = folder.resolve("qemu");
        Files.copy(Path.of("libvirt/qemu"), hook);
        Path godwit = folder.resolve("godwit");
        Files.writeString(godwit, "#!/bin/sh\necho \"$@\"; cat >&2; exit 1\n");
        assertThat(godwit.toFile().setExecutable(true)).isTrue();
    }

    private String call(String operation) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of("sh", hook.toString(), "web-1", operation, "begin", "-"));
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", folder + ":/usr/bin:/bin", "HOME", folder.toString()));
        builder.redirectInput(
                Files.writeString(folder.resolve("xml"), "<domain/>").toFile());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said;
    }

    @Test
    void shouldAskWhenAGuestMigratesAndOnlyThen() throws Exception {
        assertThat(call("start")).isEqualTo("0 ");
        assertThat(call("migrate")).isEqualTo("1 hypervisor hook web-1 migrate begin -\n<domain/>");
    }

    @Test
    void shouldTakeSettingsFromAFileBesideIt() throws Exception {
        Files.writeString(folder.resolve("godwit.conf"), "GODWIT_AGENT=/run/a.sock\n");
        assertThat(call("migrate")).startsWith("1 hypervisor hook --socket /run/a.sock web-1 migrate begin -");
    }
}
