package io.godwit.packet.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.Octets;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidAuthentication;
import io.godwit.packet.control.EidAuthentication.MaskedEid;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapReplyAuthentication;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReplyProtectionTest {
    private static final OneTimeKey ITR_KEY =
            OneTimeKey.of(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));
    private static final List<MaskedEid> PREFIX = List.of(prefix("10.2.0.0", 24));
    private static final MapReply REPLY = new MapReply(
            false,
            false,
            0x1122334455667788L,
            List.of(new EidRecord(
                    1440,
                    24,
                    Action.NO_ACTION,
                    true,
                    0,
                    AddressText.parse("10.2.0.0"),
                    List.of(RlocRecord.unicast(AddressText.parse("203.0.113.1"), 1, 100, true)))),
            Optional.empty());

    @Test
    @Conformance({"C235", "C236"})
    void shouldMakeTheHmacsThatTheVectorsState() {
        EidAuthentication eid = ReplyProtection.authorize(PREFIX, false, SecurityHmac.HMAC_SHA_256_128, ITR_KEY);
        byte[] payload = signed(REPLY, eid, SecurityHmac.HMAC_SHA_256_128);

        assertThat(eid.hmac()).isEqualTo(Octets.parse("ca17ff9313b66aca2d51f7eddcd04272"));
        MapReplyAuthentication data =
                ((MapReply) Packets.decode(payload)).authentication().orElseThrow();
        assertThat(data.packetHmac()).isEqualTo(Octets.parse("b848a9ebc8c794f7018396404057b2eb"));
        assertThat(verify(payload)).isEqualTo(ReplyVerdict.VALID);
    }

    @ParameterizedTest
    @EnumSource(SecurityHmac.class)
    @Conformance({"C235", "C236"})
    void shouldRefuseEverySingleChangedBit(SecurityHmac hmac) {
        byte[] payload = signed(REPLY, ReplyProtection.authorize(PREFIX, true, hmac, ITR_KEY), hmac);
        assertThat(verify(payload)).isEqualTo(ReplyVerdict.VALID);

        for (int bit = 0; bit < payload.length * 8; bit++) {
            byte[] changed = payload.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(verify(changed)).as("bit %d", bit).isNotEqualTo(ReplyVerdict.VALID);
        }
    }

    @Test
    void shouldAcceptWhatFollowsTheReply() {
        byte[] payload = signed(
                REPLY,
                ReplyProtection.authorize(PREFIX, false, SecurityHmac.HMAC_SHA_256_128, ITR_KEY),
                SecurityHmac.HMAC_SHA_256_128);

        assertThat(verify(Arrays.copyOf(payload, payload.length + 3))).isEqualTo(ReplyVerdict.VALID);
    }

    @Test
    void shouldSayWhatIsWrong() {
        SecurityHmac hmac = SecurityHmac.HMAC_SHA_256_128;
        EidAuthentication eid = ReplyProtection.authorize(PREFIX, false, hmac, ITR_KEY);
        OneTimeKey other = OneTimeKey.of(new byte[16]);
        EidAuthentication forged = ReplyProtection.authorize(PREFIX, false, hmac, other);
        EidAuthentication otherKdf = new EidAuthentication(1, false, eid.hmacId(), PREFIX, eid.hmac());

        assertThat(verify(Packets.encode(REPLY))).isEqualTo(ReplyVerdict.NO_SECURITY_DATA);
        assertThat(verify(new byte[] {0x22})).isEqualTo(ReplyVerdict.NO_SECURITY_DATA);
        assertThat(verify(signed(REPLY, forged, hmac))).isEqualTo(ReplyVerdict.WRONG_EID_HMAC);
        assertThat(verify(signed(REPLY, otherKdf, hmac))).isEqualTo(ReplyVerdict.UNKNOWN_ALGORITHM);
        assertThat(verify(signed(REPLY, eid, hmac, other))).isEqualTo(ReplyVerdict.WRONG_PACKET_HMAC);
    }

    @Test
    void shouldGiveTheKnownAnswersOfRfc4231AndRfc2202() {
        byte[] key = HexFormat.of().parseHex("0b".repeat(20));
        byte[] data = HexFormat.of().parseHex("4869205468657265");

        assertThat(SecurityHmac.HMAC_SHA_256_128.mac(key, data))
                .asHexString()
                .isEqualTo("B0344C61D8DB38535CA8AFCEAF0BF12B");
        assertThat(SecurityHmac.HMAC_SHA_1_96.mac(key, data)).asHexString().isEqualTo("B617318655057264E28BC0B6");
    }

    @ParameterizedTest
    @CsvSource({
        "10.2.0.0, 24, 10.2.0.0/24",
        "10.2.0.7, 32, 10.2.0.7/32",
        "10.2.0.0, 16, 10.2.0.0/24",
        "0.0.0.0, 0, 10.2.0.0/24",
        "10.3.0.0, 24, ''",
        "2001:db8::, 32, 2001:db8:1::/48",
        "[7]10.2.0.0, 24, ''"
    })
    void shouldCutAClaimDownToWhatIsAuthorized(String eid, int length, String authorized) {
        EidAuthentication data = new EidAuthentication(
                2, false, 2, List.of(prefix("10.2.0.0", 24), prefix("2001:db8:1::", 48)), Octets.NONE);

        List<String> cut = data.intersect(prefix(eid, length)).stream()
                .map(prefix -> prefix.eid() + "/" + prefix.maskLength())
                .toList();

        assertThat(String.join(" ", cut)).isEqualTo(authorized);
    }

    private static MaskedEid prefix(String eid, int length) {
        return new MaskedEid(length, AddressText.parse(eid));
    }

    private static byte[] signed(MapReply reply, EidAuthentication eid, SecurityHmac hmac) {
        return signed(reply, eid, hmac, ITR_KEY.forMapServer());
    }

    private static byte[] signed(MapReply reply, EidAuthentication eid, SecurityHmac hmac, OneTimeKey key) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        int length = ReplyProtection.encodeSigned(reply, eid, hmac, key, buffer, 7);
        return Arrays.copyOfRange(buffer.byteArray(), 7, 7 + length);
    }

    private static ReplyVerdict verify(byte[] payload) {
        return ReplyProtection.verify(new UnsafeBuffer(payload), 0, payload.length, ITR_KEY);
    }
}
