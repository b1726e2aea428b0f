package io.godwit.xtr.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Control messages on the wire: their UDP checksum and their ports (RFC 9301 section 5). */
@NamespaceTest
@Timeout(120)
class ControlChecksumTest {
    private static final String[][] PATHS = {{KernelSite.PEER4, KernelSite.OWN4}, {KernelSite.PEER6, KernelSite.OWN6}};

    private final KernelSite site = new KernelSite(config -> config);
    private final ControlThread thread = new ControlThread("control");
    private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    private final NettyControlTransport transport = open();

    private NettyControlTransport open() {
        thread.loop().submit(site.namespace::enter).syncUninterruptibly();
        NettyControlTransport opened = NettyControlTransport.open(
                thread.loop(),
                List.of(IpAddress.parse(KernelSite.OWN4), IpAddress.parse(KernelSite.OWN6)),
                ControlCodec.PORT);
        opened.handler((buffer, offset, length, local, remote) -> received.add(remote.port()));
        return opened;
    }

    @AfterEach
    void close() {
        transport.close();
        thread.close();
        site.close();
    }

    @Test
    @Conformance("C071")
    void shouldSendEveryMessageWithAChecksum() throws Exception {
        for (String[] path : PATHS) {
            UnsafeBuffer message = new UnsafeBuffer(new byte[40]);
            Endpoint peer = new Endpoint(IpAddress.parse(path[0]), ControlCodec.PORT);
            thread.loop().submit(() -> transport.send(message, 0, 40, peer)).get();
            OuterPacket packet = new OuterPacket(site.wire.next());
            assertThat(packet.udpDestinationPort()).isEqualTo(ControlCodec.PORT);
            assertThat(packet.udpChecksumIsRight()).isTrue();
        }
    }

    @Test
    @Conformance("C072")
    void shouldDropAMessageWithAWrongChecksum() throws Exception {
        for (String[] path : PATHS) {
            OuterPacket packet = OuterPacket.udp(path[0], 1001, path[1], ControlCodec.PORT, new byte[40]);
            site.wire.inject(
                    packet.withUdpChecksum(packet.udpChecksum() ^ 0x0101).octets());
            site.wire.inject(OuterPacket.udp(path[0], 1002, path[1], ControlCodec.PORT, new byte[40])
                    .octets());
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(1002);
            assertThat(received.poll(100, TimeUnit.MILLISECONDS)).isNull();
        }
        assertThat(site.wire.next(200)).as("an answer").isNull();
    }

    /** We listen on 4342 alone, and what we send leaves from there: the peer's port may be any. */
    @Test
    @Conformance("C073")
    void shouldAcceptAMessageWhateverItsSourcePort() throws Exception {
        for (String[] path : PATHS) {
            for (int port : new int[] {ControlCodec.PORT, 61_000}) {
                site.wire.inject(OuterPacket.udp(path[0], port, path[1], ControlCodec.PORT, new byte[40])
                        .octets());
                assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(port);
            }
        }
    }
}
