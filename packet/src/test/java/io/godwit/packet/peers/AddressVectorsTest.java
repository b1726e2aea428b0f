package io.godwit.packet.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.control.MalformedReason;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenDaylight's rows that are an address and no message, decoded as the EID at the end of a Map-Request. */
class AddressVectorsTest {
    private static final String REQUEST = "10000001 0102030405060708 0000 0001 c0000201 00 20".replace(" ", "");

    static Stream<Vector> addresses() {
        return Vector.all().stream()
                .filter(vector -> vector.row().path("kind").asString("").equals("address"));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void shouldReadWriteOrRefuse(Vector vector) {
        String sent = REQUEST + HexFormat.of().formatHex(vector.payload());
        String test = vector.row().path("test").asString();

        ControlMessage message = Packets.decode(sent);

        if (test.contains("ShorterBuffer")) {
            assertThat(reason(message)).isIn(MalformedReason.TRUNCATED, MalformedReason.BAD_LCAF_LENGTH);
        } else if (test.contains("UnknownLCAFType")) {
            assertThat(reason(message)).isEqualTo(MalformedReason.UNKNOWN_LCAF_EID);
        } else {
            assertThat(HexFormat.of().formatHex(Packets.encode(message))).isEqualTo(withoutReservedBits(vector, sent));
        }
    }

    private static MalformedReason reason(ControlMessage message) {
        assertThat(message).isInstanceOf(MalformedMessage.class);
        return ((MalformedMessage) message).reason();
    }

    /** The octet after the type is a mask length in an Instance-ID LCAF and reserved in application data. */
    private static String withoutReservedBits(Vector vector, String sent) {
        int application = 4;
        boolean reserved = vector.payload().length > 5 && vector.payload()[4] == application;
        int at = REQUEST.length() + 10;
        return reserved ? sent.substring(0, at) + "00" + sent.substring(at + 2) : sent;
    }
}
