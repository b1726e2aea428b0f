package io.godwit.packet.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.address.AddressText;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.testing.Conformance;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageAuthenticationTest {
    private static final byte[] SECRET = {1, 2, 3, 4, 5};
    private static final List<EidRecord> RECORDS = List.of(new EidRecord(
            3,
            32,
            Action.NO_ACTION,
            true,
            0,
            AddressText.parse("[7]10.20.0.5"),
            List.of(RlocRecord.unicast(AddressText.parse("192.0.2.1"), 1, 100, true))));
    private static final Optional<XtrIdentity> IDENTITY = Optional.of(new XtrIdentity(1, 2, 3));

    private final MessageAuthentication authentication = new MessageAuthentication();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);

    static Stream<AuthenticatedMessage> messages() {
        return Stream.of(
                new MapRegister(Set.of(), 5, AuthenticationData.UNSIGNED, RECORDS, IDENTITY),
                new MapNotify(5, AuthenticationData.UNSIGNED, RECORDS, IDENTITY),
                new MapNotifyAck(5, AuthenticationData.UNSIGNED, RECORDS, Optional.empty()));
    }

    @ParameterizedTest
    @EnumSource
    @Conformance({"C154", "C155", "C157"})
    void shouldVerifyWhatItSignedInBothLengths(AuthenticationAlgorithm algorithm) {
        for (boolean full : new boolean[] {true, false}) {
            AuthenticationKey key = new AuthenticationKey(9, algorithm, SECRET, full);
            messages().forEach(message -> {
                int length = authentication.encodeSigned(message, key, buffer, 3);
                byte[] before = buffer.byteArray().clone();
                assertThat(authentication.verify(buffer, 3, length, key)).isTrue();
                assertThat(buffer.byteArray()).isEqualTo(before);
                AuthenticatedMessage decoded =
                        (AuthenticatedMessage) Packets.decode(Arrays.copyOfRange(before, 3, 3 + length));
                assertThat(decoded.records()).isEqualTo(RECORDS);
                assertThat(decoded.authentication().mac())
                        .hasSize(full ? algorithm.fullLength() : algorithm.truncatedLength());
            });
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @Conformance("C159")
    void shouldRefuseEveryFlippedBit(AuthenticationAlgorithm algorithm) {
        AuthenticationKey key = new AuthenticationKey(9, algorithm, SECRET, false);
        int length = authentication.encodeSigned(messages().findFirst().orElseThrow(), key, buffer, 0);
        for (int bit = 0; bit < 8 * length; bit++) {
            flip(bit);
            assertThat(authentication.verify(buffer, 0, length, key))
                    .as("bit %d", bit)
                    .isFalse();
            flip(bit);
        }
        assertThat(authentication.verify(buffer, 0, length, key)).isTrue();
    }

    private void flip(int bit) {
        buffer.putByte(bit >> 3, (byte) (buffer.getByte(bit >> 3) ^ 1 << (bit & 7)));
    }

    @Test
    void shouldRefuseAnotherKeyAlgorithmOrLength() {
        AuthenticationKey key = new AuthenticationKey(9, AuthenticationAlgorithm.HMAC_SHA_256_128, SECRET, true);
        int length = authentication.encodeSigned(messages().findFirst().orElseThrow(), key, buffer, 0);
        assertThat(authentication.verify(buffer, 0, length, with(8, key.algorithm(), SECRET)))
                .isFalse();
        assertThat(authentication.verify(
                        buffer, 0, length, with(9, AuthenticationAlgorithm.HMAC_SHA_256_128_HKDF, SECRET)))
                .isFalse();
        assertThat(authentication.verify(buffer, 0, length, with(9, AuthenticationAlgorithm.NONE, SECRET)))
                .isFalse();
        assertThat(authentication.verify(buffer, 0, length, with(9, key.algorithm(), new byte[] {6})))
                .isFalse();
        buffer.putByte(15, (byte) 31);
        assertThat(authentication.verify(buffer, 0, length, key)).isFalse();
        assertThat(authentication.verify(buffer, 0, 15, key)).isFalse();
    }

    private static AuthenticationKey with(int keyId, AuthenticationAlgorithm algorithm, byte[] secret) {
        return new AuthenticationKey(keyId, algorithm, secret, true);
    }

    @Test
    void shouldTakeTheLiteralCoverageOnlyWhenTold() throws GeneralSecurityException {
        AuthenticationKey key = new AuthenticationKey(9, AuthenticationAlgorithm.HMAC_SHA_256_128, SECRET, true);
        int length = authentication.encodeSigned(messages().findFirst().orElseThrow(), key, buffer, 0);
        buffer.setMemory(16, 32, (byte) 0);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        mac.update(buffer.byteArray(), 0, length - XtrIdentity.LENGTH);
        buffer.putBytes(16, mac.doFinal());

        assertThat(authentication.verify(buffer, 0, length, key)).isFalse();
        assertThat(new MessageAuthentication(true).verify(buffer, 0, length, key))
                .isTrue();
    }

    @Test
    void shouldNeverShowASecret() {
        AuthenticationKey key = new AuthenticationKey(9, AuthenticationAlgorithm.HMAC_SHA_1_96, SECRET, true);
        assertThat(key).hasToString("key 9 (hmac-sha-1-96)");
        assertThat(key).isEqualTo(new AuthenticationKey(9, AuthenticationAlgorithm.HMAC_SHA_1_96, SECRET, true));
    }
}
