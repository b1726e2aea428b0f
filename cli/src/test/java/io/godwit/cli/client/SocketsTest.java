package io.godwit.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {
    @TempDir
    Path folder;

    private Path socket(String name) throws IOException {
        return Files.createFile(folder.resolve(name));
    }

    @Test
    void shouldListTheSocketsOfAFolderInOrder() throws IOException {
        Path b = socket("xtr-b.sock");
        Path a = socket("xtr-a.sock");
        socket("xtr-a.pid");

        assertThat(Sockets.in(folder)).containsExactly(a, b);
        assertThat(Sockets.in(folder.resolve("none"))).isEmpty();
    }

    @Test
    void shouldTakeOneSocketForItsFolder() throws IOException {
        Path a = socket("xtr-a.sock");
        socket("xtr-b.sock");

        assertThat(Sockets.in(a)).containsExactly(a);
    }
}
