package io.godwit.hypervisor.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.data.Checksum;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final String ETHERNET = "02000000010a02005e0000010800";
    /** 10.2.0.10:7001 to 10.1.0.10:7001, "ab"; the UDP checksum is only begun, as the kernel hands it to a card. */
    private static final String PACKET = "4500001e00004000401126bd0a02000a0a01000a" + "1b591b59000a1434" + "6162";

    private static byte[] frame(String ethernet, String packet) {
        return HexFormat.of().parseHex(ethernet + packet);
    }

    @Test
    void shouldCompleteTheChecksum() {
        byte[] packet = Frames.packet(frame(ETHERNET, PACKET + "0000"), 1500).orElseThrow();

        assertThat(packet).hasSize(30);
        assertThat(Checksum.transportIsValid(new UnsafeBuffer(packet), 0, 17, 20, 10))
                .isTrue();
    }

    @Test
    void shouldNotSendAgainWhatIsNotWhole() {
        assertThat(Frames.packet(frame(ETHERNET, PACKET.substring(0, 50)), 1500))
                .isEmpty();
        assertThat(Frames.packet(frame(ETHERNET, PACKET), 20)).as("too large").isEmpty();
        assertThat(Frames.packet(new byte[10], 1500)).isEmpty();
    }

    @Test
    void shouldLeaveAFragmentAsItIs() {
        String fragment = PACKET.replace("00004000", "00002000");

        assertThat(Frames.packet(frame(ETHERNET, fragment), 1500).orElseThrow())
                .isEqualTo(HexFormat.of().parseHex(fragment));
    }

    @Test
    void shouldTellPacketsToOneHostFromOthers() {
        assertThat(Frames.isForOneHost(frame(ETHERNET, PACKET))).isTrue();
        assertThat(Frames.isForOneHost(frame("ffffffffffff02005e0000010800", PACKET)))
                .isFalse();
        assertThat(Frames.isForOneHost(frame("02000000010a02005e0000010806", PACKET)))
                .isFalse();
    }
}
