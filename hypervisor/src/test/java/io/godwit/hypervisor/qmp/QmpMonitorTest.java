package io.godwit.hypervisor.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.net.ControlThread;
import java.io.BufferedReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a socket that speaks as QEMU does. */
@Timeout(120)
class QmpMonitorTest {
    private static final String GREETING = "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\r\n";

    private final ControlThread thread = new ControlThread("test");
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private ServerSocketChannel server;

    private final class Listener implements QmpMonitor.Listener {
        @Override
        public void onReady(QmpMonitor monitor) {
            heard.add("ready");
        }

        @Override
        public void onEvent(QmpMonitor monitor, QmpEvent event) {
            heard.add(event.name() + " " + event.status() + " " + event.epochMicros());
        }

        @Override
        public void onClosed(QmpMonitor monitor) {
            heard.add("closed");
        }
    }

    @BeforeEach
    void listen() throws Exception {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(folder.resolve("qmp")));
    }

    @AfterEach
    void end() throws Exception {
        server.close();
        thread.close();
    }

    private static void say(SocketChannel qemu, String text) throws Exception {
        qemu.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String next() throws InterruptedException {
        return String.valueOf(heard.poll(60, TimeUnit.SECONDS));
    }

    private SocketChannel greeted(BufferedReader[] lines) throws Exception {
        SocketChannel qemu = server.accept();
        lines[0] = new BufferedReader(Channels.newReader(qemu, StandardCharsets.UTF_8));
        say(qemu, GREETING);
        assertThat(lines[0].readLine()).contains("qmp_capabilities", "\"id\":1");
        say(qemu, "{\"return\": {}, \"id\": 1}\r\n");
        assertThat(lines[0].readLine()).contains("migrate-set-capabilities", "events");
        say(qemu, "{\"return\": {}, \"id\": 2}\r\n");
        return qemu;
    }

    @Test
    void shouldNegotiateThenHearEventsInTheirOrder() throws Exception {
        QmpMonitor monitor = QmpMonitor.connect(thread.loop(), folder.resolve("qmp"), new Listener());
        SocketChannel qemu = greeted(new BufferedReader[1]);
        assertThat(next()).isEqualTo("ready");

        say(qemu, "{\"event\": \"MIGRATION\", \"data\": {\"status\": \"active\"}, \"timestamp\": ");
        say(qemu, "{\"seconds\": 5, \"microseconds\": 7}}\r\n{\"event\": \"STOP\"}\r\n");

        assertThat(next()).isEqualTo("MIGRATION active 5000007");
        assertThat(next()).isEqualTo("STOP  0");
        assertThat(monitor.pid()).isEqualTo((int) ProcessHandle.current().pid());
        qemu.close();
        assertThat(next()).isEqualTo("closed");
    }

    @Test
    void shouldTellOfRefusalsAndOfAnEnd() throws Exception {
        QmpMonitor monitor = QmpMonitor.connect(thread.loop(), folder.resolve("qmp"), new Listener());
        BufferedReader[] lines = new BufferedReader[1];
        SocketChannel qemu = greeted(lines);
        assertThat(next()).isEqualTo("ready");

        var refused = monitor.execute("frobnicate", Map.of("how", 1));
        assertThat(lines[0].readLine()).contains("frobnicate", "\"how\":1", "\"id\":3");
        say(qemu, "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no such thing\"}, \"id\": 3}\r\n");
        assertThatThrownBy(() -> refused.get(60, TimeUnit.SECONDS)).hasMessageContaining("no such thing");

        var unanswered = monitor.execute("query-status", Map.of());
        assertThat(lines[0].readLine()).contains("query-status");
        qemu.close();
        assertThatThrownBy(() -> unanswered.get(60, TimeUnit.SECONDS)).hasMessageContaining("is gone");
    }

    @Test
    void shouldEndWhenTheOtherSideDoesNotSpeakJson() throws Exception {
        QmpMonitor.connect(thread.loop(), folder.resolve("qmp"), new Listener());
        SocketChannel qemu = server.accept();
        say(qemu, "HTTP/1.1 400 Bad Request\r\n");

        assertThat(next()).isEqualTo("closed");
    }

    @Test
    void shouldSayThatNobodyListens() throws Exception {
        QmpMonitor.connect(thread.loop(), folder.resolve("nobody"), new Listener());

        assertThat(next()).isEqualTo("closed");
    }
}
