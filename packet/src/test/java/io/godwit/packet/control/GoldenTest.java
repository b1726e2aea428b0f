package io.godwit.packet.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.MapRequest.RequestedEid;
import io.godwit.testing.Conformance;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenTest {
    private static final Map<String, byte[]> OCTETS = Golden.octets();
    private static final Map<String, ControlMessage> MESSAGES = Golden.messages();

    static Stream<String> names() {
        return MESSAGES.keySet().stream();
    }

    @Test
    void shouldHaveOctetsForEveryMessageAndAMessageForAllOctets() {
        assertThat(OCTETS.keySet()).containsExactlyElementsOf(MESSAGES.keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    @Conformance({"C085", "C091"})
    void shouldEncodeToTheOctets(String name) {
        assertThat(HexFormat.of().formatHex(Packets.encode(message(name))))
                .isEqualTo(HexFormat.of().formatHex(octets(name)));
    }

    @ParameterizedTest
    @MethodSource("names")
    @Conformance({"C085", "C086"})
    void shouldDecodeToTheMessage(String name) {
        assertThat(Packets.decode(octets(name))).isEqualTo(message(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldRefuseEveryTruncationOrReadWhatIsStillWhole(String name) {
        byte[] whole = octets(name);
        for (int length = 0; length < whole.length; length++) {
            assertReencodes(Arrays.copyOf(whole, length));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    @Conformance("C083")
    void shouldSurviveEveryChangeOfOneOctet(String name) {
        byte[] whole = octets(name);
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            for (int value = 0; value < 256; value++) {
                changed[at] = (byte) value;
                assertReencodes(changed);
            }
        }
    }

    /** The octets lie at the very end of a buffer with bounds checks: reading outside throws. */
    private static void assertReencodes(byte[] payload) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[payload.length + 3]);
        buffer.putBytes(3, payload);
        ControlMessage message = ControlCodec.decode(buffer, 3, payload.length);
        if (!(message instanceof MalformedMessage)) {
            ControlMessage again = Packets.decode(Packets.encode(message));
            // An ECM's inner packet may start elsewhere after the padding and options of the first are gone.
            assertThat(Packets.withoutOffsets(again)).isEqualTo(Packets.withoutOffsets(message));
        }
    }

    @Test
    @Conformance("C246")
    void shouldRegisterASourceAndGroupWithAReplicationListToBeMerged() {
        String hex = HexFormat.of().formatHex(octets("map-register-source-group"));
        assertThat(hex).as("P and I, a without M, one record").startsWith("3a000401");
        assertThat(hex)
                .as("multicast LCAF, full mask lengths")
                .contains("400300000900001400000007 0000 2020".replace(" ", ""));
        assertThat(hex)
                .as("replication list, level 128")
                .contains("400300000d00000a 000000 80 0001 c0000201".replace(" ", ""));
    }

    @Test
    void shouldReadBackTheTextOfEveryAddress() {
        assertThat(Golden.locators().values()).allSatisfy(GoldenTest::assertReadsBack);
        assertThat(Golden.eids().values()).map(RequestedEid::eid).allSatisfy(GoldenTest::assertReadsBack);
    }

    private static void assertReadsBack(LispAddress address) {
        assertThat(AddressText.parse(address.toString())).isEqualTo(address);
    }

    private static ControlMessage message(String name) {
        return java.util.Objects.requireNonNull(MESSAGES.get(name));
    }

    private static byte[] octets(String name) {
        return OCTETS.getOrDefault(name, new byte[0]);
    }
}
