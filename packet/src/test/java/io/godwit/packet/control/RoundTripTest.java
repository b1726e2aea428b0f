package io.godwit.packet.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.LispAddress;
import io.godwit.testing.Conformance;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RoundTripTest {
    @Provide
    Arbitrary<ControlMessage> messages() {
        return AnyMessage.message();
    }

    @Provide
    Arbitrary<LispAddress> addresses() {
        return AnyAddress.locator();
    }

    @Property(tries = 3000)
    @Conformance("C085")
    void shouldDecodeWhatItEncoded(@ForAll("messages") ControlMessage message) {
        byte[] encoded = Packets.encode(message);

        ControlMessage decoded = Packets.decode(encoded);

        assertThat(Packets.withoutOffsets(decoded)).isEqualTo(Packets.withoutOffsets(message));
        assertThat(Packets.encode(decoded)).isEqualTo(encoded);
    }

    @Property(tries = 500)
    void shouldDecodeNoTruncationToTheSame(@ForAll("messages") ControlMessage message, @ForAll int cut) {
        byte[] encoded = Packets.encode(message);
        int length = Math.floorMod(cut, encoded.length);

        ControlMessage decoded = Packets.decode(Arrays.copyOf(encoded, length));

        // The AFI 0 at the end of an Info-Request says nothing, and lispers.net leaves it out.
        assertThat(decoded.equals(message)).isEqualTo(message instanceof InfoRequest && length >= encoded.length - 2);
    }

    @Property(tries = 3000)
    void shouldReadBackTheTextOfAnAddress(@ForAll("addresses") LispAddress address) {
        assertThat(AddressText.parse(address.toString())).isEqualTo(address);
    }
}
