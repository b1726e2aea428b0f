package io.godwit.xtr.control.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.IcmpHeader;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.xtr.TestPackets;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathErrorTest {
    private static final int OUTER = IcmpHeader.LENGTH;
    private static final int TRIES = 20_000;

    /** An ICMP message about a LISP packet of instance 7 from 192.0.2.1 port 50000 to 192.0.2.2. */
    private static byte[] message(int quoted) {
        byte[] lisp = TestPackets.from("10.1.0.1", "10.2.0.2").payload(1300).encapsulated(7);
        int length = Ipv4Header.LENGTH + UdpHeader.LENGTH + lisp.length;
        UnsafeBuffer packet = new UnsafeBuffer(new byte[length]);
        Ipv4Header.put(packet, 0, 0, length, 1, 0, 60, IpProtocol.UDP, 0xc000_0201, 0xc000_0202);
        UdpHeader.put(packet, Ipv4Header.LENGTH, 50_000, LispHeader.PORT, UdpHeader.LENGTH + lisp.length, 0);
        packet.putBytes(Ipv4Header.LENGTH + UdpHeader.LENGTH, lisp);
        byte[] message = new byte[IcmpHeader.LENGTH + quoted];
        UnsafeBuffer buffer = new UnsafeBuffer(message);
        IcmpHeader.put(buffer, 0, IcmpHeader.DESTINATION_UNREACHABLE, IcmpHeader.CODE_FRAGMENTATION_NEEDED, 1280);
        buffer.putBytes(OUTER, packet, 0, quoted);
        IcmpHeader.updateChecksum(buffer, 0, message.length);
        return message;
    }

    @Test
    void shouldReadWhatIsQuoted() {
        byte[] message = message(56);
        assertThat(PathError.read(new UnsafeBuffer(message), message.length, false))
                .contains(new PathError(
                        1280,
                        IpAddress.parse("192.0.2.1"),
                        IpAddress.parse("192.0.2.2"),
                        50_000,
                        20 + 8 + 8 + 28 + 1300,
                        7,
                        IpAddress.parse("10.2.0.2")));
    }

    @ParameterizedTest
    @CsvSource({"0", "19", "28", "36", "55"})
    void shouldNotBelieveAQuoteThatEndsBeforeTheInnerAddresses(int quoted) {
        byte[] message = message(quoted);
        assertThat(PathError.read(new UnsafeBuffer(message), message.length, false))
                .isEmpty();
    }

    /** Nothing read lies beyond the message, which the buffer's bounds check watches. */
    @Test
    void shouldSurviveDamagedMessages() {
        Random random = new Random();
        long seed = random.nextLong();
        random.setSeed(seed);
        for (int i = 0; i < TRIES; i++) {
            byte[] message = message(random.nextInt(120));
            for (int flips = random.nextInt(6); flips > 0; flips--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            UnsafeBuffer buffer = new UnsafeBuffer(message);
            IcmpHeader.updateChecksum(buffer, 0, message.length);
            int length = random.nextInt(message.length + 1);
            assertThat(PathError.read(buffer, length, random.nextBoolean()))
                    .as("seed " + seed)
                    .isNotNull();
        }
    }
}
