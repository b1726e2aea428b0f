package io.godwit.packet.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.LispAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** lispers.net pads multicast LCAFs by two octets that their length leaves out; what is not padded must not be taken for that. */
class MulticastPaddingTest {
    private static final LispAddress RLOC = AddressText.parse("192.0.2.1");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nat(0,0,-,-,-,(\"\"/0,::/0))",
                "(\"\"/0,::/0)",
                "(02:00:00:00:00:01/48,2001:db8::/32)",
                "([7]10.0.0.0/8,[7]232.1.1.1/32)"
            })
    void shouldReadSourcesOfAnyAfiAsTheyStand(String text) {
        LispAddress source = AddressText.parse(text);
        MapRequest request = new MapRequest(
                Set.of(),
                0,
                source,
                List.of(RLOC),
                List.of(new MapRequest.RequestedEid(false, 32, RLOC)),
                Optional.empty(),
                Optional.empty());

        assertThat(Packets.decode(Packets.encode(request))).isEqualTo(request);
    }
}
