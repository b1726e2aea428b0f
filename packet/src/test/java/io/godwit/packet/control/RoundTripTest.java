package io.godwit.packet.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.LispAddress;
import io.godwit.testing.Conformance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

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

    /** Locators like those of the record before are not read again. */
    @Property(tries = 500)
    void shouldDecodeRecordsThatHaveLocatorsInCommon(
            @ForAll @Size(min = 2, max = 30) List<@IntRange(max = 5) Integer> sets) {
        List<EidRecord> records = new ArrayList<>();
        for (int i = 0; i < sets.size(); i++) {
            LispAddress eid = AddressText.parse("10.0.0." + i);
            records.add(new EidRecord(5, 32, Action.NO_ACTION, true, 0, eid, LOCATORS.get(sets.get(i))));
        }
        MapReply reply = new MapReply(false, false, 1, records, Optional.empty());

        assertThat(Packets.decode(Packets.encode(reply))).isEqualTo(reply);
    }

    private static final List<List<RlocRecord>> LOCATORS = List.of(
            List.of(),
            List.of(locator("192.0.2.1", 1)),
            List.of(locator("192.0.2.1", 2)),
            List.of(locator("192.0.2.2", 1)),
            List.of(locator("192.0.2.1", 1), locator("2001:db8::1", 1)),
            List.of(locator("192.0.2.1", 1), locator("[7]192.0.2.1", 1)));

    private static RlocRecord locator(String address, int priority) {
        return RlocRecord.unicast(AddressText.parse(address), priority, 100, true);
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
