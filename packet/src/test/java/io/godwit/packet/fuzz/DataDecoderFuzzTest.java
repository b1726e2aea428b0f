package io.godwit.packet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.Ecn;
import io.godwit.packet.data.FlowHash;
import io.godwit.packet.data.Icmpv6;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispGpe;
import io.godwit.packet.data.LispHeader;
import org.agrona.concurrent.UnsafeBuffer;

/** The flyweights, used as a decapsulating router uses them, never read outside a data packet: the buffer's bounds check would throw. */
class DataDecoderFuzzTest {

    @FuzzTest
    void decode(byte[] packet) {
        fuzzerTestOneInput(packet);
    }

    public static void fuzzerTestOneInput(byte[] packet) {
        if (packet.length < LispHeader.LENGTH) {
            return;
        }
        UnsafeBuffer buffer = new UnsafeBuffer(packet);
        int word0 = LispHeader.word0(buffer, 0);
        int word1 = LispHeader.word1(buffer, 0);
        require(LispHeader.instanceId(word0, word1) >>> 24 == 0);
        require(!LispHeader.hasNonce(word0) || !LispHeader.hasMapVersions(word0));
        long payload = LispGpe.skipShims(
                buffer, LispHeader.LENGTH, packet.length, LispHeader.nextProtocol(word0), -1, Long.MAX_VALUE);
        if (payload >= 0) {
            int offset = (int) payload;
            require(offset >= LispHeader.LENGTH && offset <= packet.length);
            inner(buffer, offset, packet.length - offset);
        }
    }

    private static void inner(UnsafeBuffer buffer, int offset, int length) {
        FlowHash.of(buffer, offset, length);
        if (Ipv4Header.isComplete(buffer, offset, length)) {
            int header = Ipv4Header.headerLength(buffer, offset);
            require(header <= length);
            Ipv4Header.checksumIsValid(buffer, offset);
            transport(buffer, offset, Ipv4Header.protocol(buffer, offset), offset + header, length - header);
            Ipv4Header.updateChecksum(buffer, offset);
            Ipv4Header.changeTtl(buffer, offset, 1);
            Ipv4Header.changeTrafficClass(buffer, offset, Ecn.CE);
            require(Ipv4Header.checksumIsValid(buffer, offset));
        } else if (Ipv6Header.isComplete(buffer, offset, length)) {
            long upper = Ipv6Header.upperLayer(buffer, offset, length);
            if (upper != Ipv6Header.TRUNCATED) {
                int at = Ipv6Header.upperOffset(upper);
                require(at >= offset + Ipv6Header.LENGTH && at <= offset + length);
                transport(buffer, offset, Ipv6Header.upperProtocol(upper), at, offset + length - at);
            }
        }
    }

    private static void transport(UnsafeBuffer buffer, int ip, int protocol, int offset, int length) {
        Checksum.transportIsValid(buffer, ip, protocol, offset, length);
        if (protocol == IpProtocol.ICMPV6 && length >= Icmpv6.NEIGHBOR_LENGTH) {
            long mac = Icmpv6.linkLayerAddress(buffer, offset, length, Icmpv6.OPTION_SOURCE_LINK_LAYER);
            require(mac >>> 48 == 0 || mac == -1);
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("a flyweight reads or says what it must not");
        }
    }
}
