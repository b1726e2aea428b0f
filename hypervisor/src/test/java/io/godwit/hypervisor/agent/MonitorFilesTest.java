package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorFilesTest {
    @Test
    void shouldListSocketsByPatternAndNoFiles(@TempDir Path folder) throws Exception {
        MonitorFiles files = new MonitorFiles(List.of(folder + "/*.agent", folder.resolve("missing") + "/*.agent"));
        Files.createFile(folder.resolve("plain.agent"));

        assertThat(files.list()).isEmpty();

        Path socket = folder.resolve("web.agent");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThat(files.list()).containsExactly(socket);
        }
    }
}
