package io.godwit.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcapngCounterTest {
    private static void block(ByteBuffer out, int type, int length) {
        int start = out.position();
        out.putInt(type).putInt(length);
        out.position(start + length - 4);
        out.putInt(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void shouldCountPacketsAndLossesHoweverTheyArrive(int piece) {
        ByteBuffer out = ByteBuffer.allocate(400);
        block(out, 0x0a0d0d0a, 48);
        block(out, 6, 100);
        block(out, 6, 32);
        block(out, 5, 52);
        out.putLong(48 + 132 + 36, 17);
        byte[] octets = Arrays.copyOf(out.array(), out.position());
        PcapngCounter counter = new PcapngCounter();
        for (int at = 0; at < octets.length; at += piece) {
            counter.accept(Arrays.copyOfRange(octets, at, Math.min(octets.length, at + piece)));
        }
        assertThat(counter.packets()).isEqualTo(2);
        assertThat(counter.lost()).isEqualTo(17);
    }
}
