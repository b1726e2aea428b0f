package io.godwit.packet.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.testing.Conformance;
import io.godwit.testing.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;

/** Captures of OpenOverlayRouter and of tcpdump's test suite (../shared/vectors), read through pcap4j. */
class CapturesTest {
    private static final int UDP = 17;

    static Stream<Path> captures() throws IOException {
        try (Stream<Path> files = Files.walk(Vectors.required())) {
            return files.filter(file -> file.toString().endsWith(".pcap")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    @Conformance({"C010", "C090"})
    void shouldDecodeEveryLispFrameAndVerifyItsAuthentication(Path capture) throws Exception {
        boolean invalid = capture.getFileName().toString().contains("invalid");
        List<byte[]> packets = packets(capture);
        int lisp = 0;
        for (byte[] packet : packets) {
            UnsafeBuffer ip = new UnsafeBuffer(packet);
            int udp = udpOffset(ip);
            if (udp < 0) {
                continue;
            }
            byte[] payload = new byte[UdpHeader.length(ip, udp) - UdpHeader.LENGTH];
            ip.getBytes(udp + UdpHeader.LENGTH, payload);
            if (UdpHeader.destinationPort(ip, udp) == LispHeader.PORT) {
                lisp++;
                assertData(ip, udp, payload);
            } else if (UdpHeader.destinationPort(ip, udp) == 4342 || UdpHeader.sourcePort(ip, udp) == 4342) {
                lisp++;
                ControlMessage message = Packets.decode(payload);
                assertThat(message instanceof MalformedMessage)
                        .as("%s", message)
                        .isEqualTo(invalid);
                assertAuthentic(capture, message, payload);
            }
        }
        // The frame of lisp_invalid_length is cut off; its payload is a row of vectors.json.
        assertThat(lisp > 0 || invalid).as("LISP frames in %s", capture).isTrue();
    }

    private static void assertData(UnsafeBuffer outer, int udp, byte[] payload) {
        int length = payload.length + UdpHeader.LENGTH;
        assertThat(UdpHeader.checksum(outer, udp)).isNotZero();
        assertThat(Checksum.transportIsValid(outer, 0, IpProtocol.UDP, udp, length))
                .isTrue();
        UnsafeBuffer buffer = new UnsafeBuffer(payload);
        int inner = payload.length - LispHeader.LENGTH;
        assertThat(LispHeader.instanceId(buffer, 0)).isZero();
        assertThat(Ipv4Header.isComplete(buffer, LispHeader.LENGTH, inner)
                        || Ipv6Header.isComplete(buffer, LispHeader.LENGTH, inner))
                .isTrue();
    }

    private static void assertAuthentic(Path capture, ControlMessage message, byte[] payload) {
        ControlMessage authenticated = message instanceof EncapsulatedControlMessage ecm ? ecm.message() : message;
        if (capture.toString().contains("/oor/") && authenticated instanceof AuthenticatedMessage) {
            UnsafeBuffer buffer = new UnsafeBuffer(payload);
            MessageAuthentication authentication = new MessageAuthentication();
            assertThat(Stream.of("keyA", "keyB")
                            .map(CapturesTest::key)
                            .filter(key -> authentication.verify(buffer, 0, payload.length, key)))
                    .as("keys of %s", message)
                    .hasSize(1);
        }
    }

    private static AuthenticationKey key(String secret) {
        byte[] octets = secret.getBytes(StandardCharsets.US_ASCII);
        return new AuthenticationKey(0, AuthenticationAlgorithm.HMAC_SHA_1_96, octets, true);
    }

    private static int udpOffset(UnsafeBuffer ip) {
        if (Ipv4Header.isComplete(ip, 0, ip.capacity())) {
            return Ipv4Header.protocol(ip, 0) == UDP ? Ipv4Header.headerLength(ip, 0) : -1;
        }
        boolean udp = Ipv6Header.isComplete(ip, 0, ip.capacity()) && Ipv6Header.nextHeader(ip, 0) == UDP;
        return udp ? Ipv6Header.LENGTH : -1;
    }

    /** The IP packets of a capture. */
    private static List<byte[]> packets(Path capture) throws PcapNativeException, NotOpenException {
        List<byte[]> packets = new ArrayList<>();
        try (PcapHandle handle = open(capture)) {
            int linkHeader = handle.getDlt().value() == 1 ? 14 : handle.getDlt().value() == 113 ? 16 : 0;
            for (byte[] frame = handle.getNextRawPacket(); frame != null; frame = handle.getNextRawPacket()) {
                int tag = linkHeader == 14 && frame[12] == (byte) 0x81 && frame[13] == 0 ? 4 : 0;
                byte[] packet = new byte[frame.length - linkHeader - tag];
                System.arraycopy(frame, linkHeader + tag, packet, 0, packet.length);
                packets.add(packet);
            }
        }
        return packets;
    }

    private static PcapHandle open(Path capture) throws PcapNativeException {
        try {
            return Pcaps.openOffline(capture.toString());
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            return Assumptions.abort("libpcap is not installed (Debian: libpcap0.8)");
        }
    }
}
