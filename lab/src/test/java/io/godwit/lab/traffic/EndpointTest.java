package io.godwit.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EndpointTest {
    @TempDir
    Path folder;

    @Test
    void shouldNumberAndTimeEveryPacket() throws Exception {
        FlowLog sent = FlowLog.create(folder.resolve("sent"), 200);
        FlowLog arrived = FlowLog.create(folder.resolve("arrived"), 200);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramChannel from = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0));
                DatagramChannel to = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0))) {
            from.connect(to.getLocalAddress());
            to.connect(from.getLocalAddress());
            Thread receiver = Thread.ofPlatform().start(new UdpReceiver(to, arrived));
            new UdpSender(from, sent, 1000).run();
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (arrived.next() < 200 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            receiver.interrupt();
            receiver.join();
        }

        FlowReport report = FlowReport.of(sent, arrived, 0, Long.MAX_VALUE);
        assertThat(report.sent()).isEqualTo(200);
        assertThat(report.lost()).isZero();
        assertThat(sent.time(199) - sent.time(0))
                .as("199 ms at an even pace, or less when the first one was late")
                .isGreaterThan(50_000_000L);
    }

    @Test
    void shouldNoticeThatATransferIsCorrupt() throws Exception {
        StreamLog log = StreamLog.create(folder.resolve("tcp"));
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0))) {
            Thread.ofPlatform().daemon().start(() -> answerWrongly(server));
            new TcpTransfer(log)
                    .run(new InetSocketAddress(loopback, 0), (InetSocketAddress) server.getLocalAddress(), 100_000);
        }

        assertThat(log.state()).isEqualTo("corrupt");
    }

    private static void answerWrongly(ServerSocketChannel server) {
        try (SocketChannel peer = server.accept()) {
            peer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            Thread.currentThread().join();
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
