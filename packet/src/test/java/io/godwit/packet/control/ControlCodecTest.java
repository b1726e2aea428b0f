package io.godwit.packet.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.packet.Packets;
import io.godwit.packet.address.AfiList;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.VendorLcaf;
import io.godwit.testing.Conformance;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.AbstractAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlCodecTest {
    private static final String REQUEST = "10000001 0102030405060708 0001 0a010009 ";
    private static final String ITR = "0001 c0000201 ";
    private static final String EID = "0020 0001 0a140005";
    private static final String REPLY = "20000001 0102030405060708 000005a0 ";
    private static final String RECORD_EID = "20 1000 0000 0001 0a140005 ";
    private static final String LOCATOR = "0164ff00 0005 ";
    private static final String UNKNOWN_LCAF = "4003 0000 4d00 0004 01020304 ";

    @ParameterizedTest
    @CsvSource({
        "source EID, 10000001 0102030405060708 0063 0a010009",
        "ITR-RLOC, 10000001 0102030405060708 0000 0063 c0000201",
        "EID, 10000001 0102030405060708 0000 0001 c0000201 0020 0063 0a140005",
        "RLOC, 20000001 0102030405060708 000005a0 01 20 1000 0000 0001 0a140005 0164ff00 0005 0063 c0000201"
    })
    @Conformance("C075")
    void shouldRefuseAMessageWithAnUnknownAfi(String where, String hex) {
        refused(hex, MalformedReason.UNKNOWN_AFI).as(where);
    }

    @Test
    @Conformance("C076")
    void shouldLeaveOutALocatorOfUnknownLcafType() {
        MapReply reply = decoded(MapReply.class, REPLY + "02" + RECORD_EID + LOCATOR + UNKNOWN_LCAF + LOCATOR + ITR);
        assertThat(locators(reply)).containsExactly("192.0.2.1");
    }

    @Test
    @Conformance("C077")
    void shouldHaveNoLocatorsWhenAllAreOfUnknownLcafType() {
        MapReply reply = decoded(MapReply.class, REPLY + "01" + RECORD_EID + LOCATOR + UNKNOWN_LCAF);
        assertThat(locators(reply)).isEmpty();
    }

    @Test
    @Conformance("C078")
    void shouldRefuseAMessageWhoseOnlyEidIsOfUnknownLcafType() {
        refused(REQUEST + ITR + "0020" + UNKNOWN_LCAF, MalformedReason.UNKNOWN_LCAF_EID);
        refused(REQUEST + ITR + "0020 4003 0000 0200 0010 00000007" + UNKNOWN_LCAF, MalformedReason.UNKNOWN_LCAF_EID);
        refused(REPLY + "00 20 0000 0000" + UNKNOWN_LCAF, MalformedReason.UNKNOWN_LCAF_EID);
    }

    @Test
    void shouldKeepTheRecordsBesideOneOfUnknownLcafType() {
        String two = "20000002 0102030405060708 000005a0 01 20 0000 0000" + UNKNOWN_LCAF + LOCATOR + ITR;
        MapReply reply = decoded(MapReply.class, two + "000005a0 01" + RECORD_EID + LOCATOR + ITR);
        assertThat(reply.records()).hasSize(1);
        assertThat(locators(reply)).containsExactly("192.0.2.1");
    }

    @Test
    @Conformance("C079")
    void shouldRefuseAVendorLcafUnlessTheVendorIsKnown() {
        String hex = REPLY + "01" + RECORD_EID + LOCATOR + "4003 0000 ff00 0008 00 00005e deadbeef";
        refused(hex, MalformedReason.UNKNOWN_VENDOR);
        byte[] payload = octets(hex);
        ControlMessage message = ControlCodec.decode(new UnsafeBuffer(payload), 0, payload.length, Set.of(0x5e));
        LispAddress locator =
                ((MapReply) message).records().getFirst().locators().getFirst().locator();
        assertThat(locator).isInstanceOf(VendorLcaf.class).hasToString("vendor(0x00005e,0xdeadbeef)");
        assertThat(Packets.encode(message)).isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 10, 11, 12, 13, 14})
    @Conformance("C080")
    void shouldRefuseUnassignedTypes(int type) {
        refused(Integer.toHexString(type) + "0000001 0102030405060708 00000000", MalformedReason.UNKNOWN_TYPE);
    }

    @Test
    @Conformance({"C082", "C100"})
    void shouldIgnoreReservedBitsAndSendThemZero() {
        String clear = REQUEST + ITR + "0020 4003 00 00 09 00 0014 00000007 0000 2020 0001 0a140005 0001 e8010101";
        String set = "10279f01 0102030405060708 0001 0a010009 " + "0001 c0000201".repeat(32)
                + "7f20 4003 ff ff 09 ff 0014 00000007 ffff 2020 0001 0a140005 0001 e8010101";
        MapRequest one = decoded(MapRequest.class, clear);
        MapRequest other = decoded(MapRequest.class, set);
        assertThat(other.records()).isEqualTo(one.records());
        assertThat(other.flags()).isEmpty();
        assertThat(HexFormat.of().formatHex(Packets.encode(one))).isEqualTo(clear.replace(" ", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "too long for the message, 4003 0000 0200 00ff 00000007 0001 0a140005, BAD_LCAF_LENGTH",
        "longer than its content, 4003 0000 0200 000c 00000007 0001 0a140005 0000, BAD_LCAF_LENGTH",
        "shorter than its content, 4003 0000 0200 0008 00000007 0001 0a140005, BAD_LCAF_LENGTH",
        "the inner one too long, 4003 0000 0200 0012 00000007 4003 0000 0300 0010 00000001 0001, BAD_LCAF_LENGTH",
        "a name without end, 4003 0000 0200 0009 00000007 0011 616161, UNTERMINATED_NAME"
    })
    @Conformance("C083")
    void shouldRefuseAnLcafWhoseLengthIsWrong(String what, String eid, MalformedReason reason) {
        refused(REQUEST + ITR + "0020" + eid, reason).as(what);
    }

    @Test
    void shouldRefuseAddressesNestedTooDeep() {
        assertThat(Packets.decode(octets(REQUEST + ITR + "0020" + nested(8)))).isInstanceOf(MapRequest.class);
        refused(REQUEST + ITR + "0020" + nested(9), MalformedReason.NESTED_TOO_DEEP);
    }

    private static String nested(int depth) {
        String address = "0001 0a140005";
        for (int i = 0; i < depth; i++) {
            int length = 4 + address.replace(" ", "").length() / 2;
            address = String.format("4003 0000 0200 %04x 00000007", length) + address;
        }
        return address;
    }

    @Test
    @Conformance("C084")
    void shouldReadAnAfiListInAnyOrderAndSkipWhatItDoesNotKnow() {
        String v4 = "0001 c0000201 ";
        String mac = "0006 525400aa0010 ";
        for (String order : List.of(v4 + mac + UNKNOWN_LCAF, UNKNOWN_LCAF + mac + v4, mac + UNKNOWN_LCAF + v4)) {
            MapReply reply =
                    decoded(MapReply.class, REPLY + "01" + RECORD_EID + LOCATOR + "4003 0000 0100 001a" + order);
            LispAddress locator =
                    reply.records().getFirst().locators().getFirst().locator();
            assertThat(((AfiList) locator).addresses())
                    .map(LispAddress::toString)
                    .containsExactlyInAnyOrder("192.0.2.1", "52:54:00:aa:00:10");
        }
    }

    @Test
    @Conformance("C086")
    void shouldIgnoreOctetsAfterANameInAnLcaf() {
        MapRequest request =
                decoded(MapRequest.class, REQUEST + ITR + "0028 4003 0000 0200 000d 00000007 0011 6c69737000 ffff");
        assertThat(request.records().getFirst().eid()).hasToString("[7]\"lisp\"");
    }

    @Test
    @Conformance("C089")
    void shouldReadBothMacAfis() {
        for (String afi : List.of("0006", "4005")) {
            MapRequest request = decoded(MapRequest.class, REQUEST + ITR + "0030" + afi + "525400aa0010");
            assertThat(request.records().getFirst().eid()).hasToString("52:54:00:aa:00:10");
        }
    }

    @Test
    @Conformance("C095")
    void shouldRefuseARequestWithoutUsableItrRloc() {
        refused(REQUEST + "0000 " + EID, MalformedReason.NO_ITR_RLOC);
        refused(REQUEST + UNKNOWN_LCAF + EID, MalformedReason.NO_ITR_RLOC);
        // The N bit makes it an unsubscription.
        decoded(MapRequest.class, REQUEST + "0000 80" + EID.substring(2));
    }

    @Test
    void shouldRefuseARequestWithoutRecord() {
        refused("10000000 0102030405060708 0000" + ITR, MalformedReason.NO_RECORD);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 23})
    @Conformance("C196")
    void shouldRefuseARequestWhoseXtrIdIsAnnouncedAndMissing(int octets) {
        String hex = "10100001 0102030405060708 0001 0a010009 " + ITR + EID + "00".repeat(octets);
        refused(hex, MalformedReason.MISSING_XTR_ID);
    }

    @Test
    void shouldTolerateTrailingOctets() {
        decoded(MapRequest.class, REQUEST + ITR + EID + "00".repeat(16));
    }

    @ParameterizedTest
    @CsvSource({"33, 0001 0a140005", "129, 0002 20010db8000000000000000000000001", "49, 0006 525400aa0010", "1, 0000"})
    void shouldRefuseAMaskThatDoesNotFit(int mask, String eid) {
        refused(REQUEST + ITR + String.format("00%02x", mask) + eid, MalformedReason.BAD_MASK_LENGTH);
    }

    @Test
    void shouldClearHostBits() {
        MapRequest request = decoded(MapRequest.class, REQUEST + ITR + "0018 0001 0a1400ff");
        assertThat(request.records().getFirst().eid()).hasToString("10.20.0.0");
    }

    @Test
    void shouldRefuseCountsBeyondTheMessage() {
        refused("200000ff 0102030405060708 000005a0 00" + RECORD_EID, MalformedReason.TRUNCATED);
        refused(REPLY + "ff" + RECORD_EID + LOCATOR + ITR, MalformedReason.TRUNCATED);
    }

    @Test
    void shouldSayWhereAMessageIsWrong() {
        assertThat(Packets.decode(octets(REQUEST + ITR + "0020 0063 0a140005")))
                .isEqualTo(new MalformedMessage(MalformedReason.UNKNOWN_AFI, 28));
        assertThat(Packets.decode(new byte[0])).isEqualTo(new MalformedMessage(MalformedReason.TRUNCATED, 0));
    }

    @Test
    @Conformance("C185")
    void shouldRefuseWhatAnEcmMustNotCarry() {
        byte[] ecm = golden("ecm-v4");
        refused(with(ecm, 24, 0x10f5), MalformedReason.BAD_INNER_PORT);
        refused(with(ecm, 26, 0x10f5), MalformedReason.BAD_INNER_PORT);
        refused(with(ecm, 4, 0x5500), MalformedReason.BAD_INNER_HEADER);
        refused(with(ecm, 10, 0x2000), MalformedReason.BAD_INNER_HEADER);
        refused(with(ecm, 6, 0x00ff), MalformedReason.BAD_INNER_HEADER);
        refused(with(ecm, 28, 0x0029), MalformedReason.BAD_INNER_HEADER);
        refused(with(ecm, 40, 0x1111), MalformedReason.BAD_INNER_CHECKSUM);
    }

    @Test
    @Conformance({"C186", "C187"})
    void shouldTakeAnInnerChecksumOfZeroAndSendNone() {
        for (String name : List.of("ecm-v4", "ecm-v6")) {
            byte[] ecm = golden(name);
            int checksum = name.equals("ecm-v4") ? 30 : 50;
            assertThat(ecm[checksum] | ecm[checksum + 1]).isNotZero();
            assertThat(Packets.decode(with(ecm, checksum, 0))).isEqualTo(Packets.decode(ecm));
        }
    }

    @Test
    void shouldRefuseProbesRepliesAndEcmsInsideAnEcm() {
        for (String inner : List.of("map-request-probe", "map-reply", "ecm-v4", "info-request")) {
            ControlMessage message = Packets.decode(golden(inner));
            EncapsulatedControlMessage ecm = (EncapsulatedControlMessage) Packets.decode(golden("ecm-v4"));
            byte[] encoded = Packets.encode(new EncapsulatedControlMessage(
                    false, ecm.source(), ecm.destination(), ecm.sourcePort(), ecm.destinationPort(), message, 0));
            refused(encoded, MalformedReason.BAD_INNER_TYPE).as(inner);
        }
    }

    @Test
    void shouldSayWhatDoesNotFitWhenEncoding() {
        assertThatThrownBy(() -> Packets.encode(new MalformedMessage(MalformedReason.TRUNCATED, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        MapRequest request = (MapRequest) Packets.decode(golden("map-request"));
        MapRequest crowded = new MapRequest(
                request.flags(),
                1,
                request.sourceEid(),
                java.util.Collections.nCopies(33, request.itrRlocs().getFirst()),
                request.records(),
                request.mapReplyRecord(),
                request.identity());
        assertThatThrownBy(() -> Packets.encode(crowded)).hasMessageContaining("33");
    }

    private static byte[] golden(String name) {
        return Objects.requireNonNull(Golden.octets().get(name));
    }

    private static byte[] with(byte[] octets, int offset, int value) {
        byte[] copy = octets.clone();
        copy[offset] = (byte) (value >> 8);
        copy[offset + 1] = (byte) value;
        return copy;
    }

    private static List<String> locators(MapReply reply) {
        return reply.records().getFirst().locators().stream()
                .map(locator -> locator.locator().toString())
                .toList();
    }

    private static AbstractAssert<?, ?> refused(String hex, MalformedReason reason) {
        return refused(octets(hex), reason);
    }

    private static AbstractAssert<?, ?> refused(byte[] payload, MalformedReason reason) {
        return assertThat(Packets.decode(payload))
                .isInstanceOfSatisfying(MalformedMessage.class, malformed -> assertThat(malformed.reason())
                        .isEqualTo(reason));
    }

    private static <T extends ControlMessage> T decoded(Class<T> type, String hex) {
        ControlMessage message = Packets.decode(octets(hex));
        assertThat(message).isInstanceOf(type);
        return type.cast(message);
    }

    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
