package io.godwit.xtr.control.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.data.IcmpHeader;
import io.godwit.xtr.control.fake.IcmpMessage;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathErrorTest {
    private static final int TRIES = 20_000;

    private static byte[] message(int quoted) {
        return IcmpMessage.about(IcmpHeader.CODE_FRAGMENTATION_NEEDED, new Ipv4Address(0xc000_0202), quoted);
    }

    @Test
    void shouldReadWhatIsQuoted() {
        byte[] message = message(56);
        assertThat(PathError.read(new UnsafeBuffer(message), message.length, false))
                .contains(new PathError(
                        true,
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
