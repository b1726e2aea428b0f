package io.godwit.packet.data;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    @Property
    void shouldEqualTheSumWordByWord(@ForAll @Size(max = 200) byte[] octets, @ForAll @IntRange(max = 7) int alignment) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[alignment + octets.length]);
        buffer.putBytes(alignment, octets);

        assertThat(Checksum.of(buffer, alignment, octets.length)).isEqualTo(naive(octets));
    }

    @Property
    void shouldUpdateLikeComputingAnew(
            @ForAll @Size(min = 40, max = 40) byte[] octets,
            @ForAll @IntRange(max = 9) int word,
            @ForAll int replacement) {
        UnsafeBuffer buffer = new UnsafeBuffer(octets);
        int before = Checksum.of(buffer, 0, 40);
        int old = buffer.getInt(4 * word, java.nio.ByteOrder.BIG_ENDIAN);
        buffer.putInt(4 * word, replacement, java.nio.ByteOrder.BIG_ENDIAN);

        // 0x0000 and 0xffff are the two zeros of ones' complement.
        assertThat(Checksum.update32(before, old, replacement) % 0xffff).isEqualTo(Checksum.of(buffer, 0, 40) % 0xffff);
    }

    @Test
    void shouldSumAHugeBlockOfOnes() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 20]);
        buffer.setMemory(0, buffer.capacity(), (byte) 0xff);

        assertThat(Checksum.sum(buffer, 0, buffer.capacity())).isEqualTo(0xffff);
    }

    @Test
    void shouldFindTheChecksumOfAUdpPacketOverBothFamilies() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        Ipv4Header.put(buffer, 0, 0, 33, 1, 0, 64, IpProtocol.UDP, 0x0a000001, 0x0a000002);
        verifyUdp(buffer, Ipv4Header.LENGTH);
        Ipv6Header.put(buffer, 0, 0, 0, 13, IpProtocol.UDP, 64, 0x20010db8L << 32, 1, 0x20010db8L << 32, 2);
        verifyUdp(buffer, Ipv6Header.LENGTH);
    }

    private static void verifyUdp(UnsafeBuffer buffer, int udp) {
        UdpHeader.put(buffer, udp, 1000, 2000, 13, 0);
        buffer.putStringWithoutLengthAscii(udp + 8, "hello");
        UdpHeader.putChecksum(buffer, udp, Checksum.transport(buffer, 0, IpProtocol.UDP, udp, 13));

        assertThat(Checksum.transportIsValid(buffer, 0, IpProtocol.UDP, udp, 13))
                .isTrue();
        buffer.putByte(udp + 12, (byte) 'p');
        assertThat(Checksum.transportIsValid(buffer, 0, IpProtocol.UDP, udp, 13))
                .isFalse();
    }

    /** RFC 1071 section 4.1, in its own words. */
    private static int naive(byte[] octets) {
        int sum = 0;
        for (int i = 0; i < octets.length; i += 2) {
            int low = i + 1 < octets.length ? octets[i + 1] & 0xff : 0;
            sum += (octets[i] & 0xff) << 8 | low;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }
}
