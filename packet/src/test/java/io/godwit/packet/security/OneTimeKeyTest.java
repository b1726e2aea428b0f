package io.godwit.packet.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.packet.address.Octets;
import io.godwit.packet.control.EcmAuthentication.LispSec;
import io.godwit.packet.control.EidAuthentication;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OneTimeKeyTest {
    private static final OneTimeKey KEY = OneTimeKey.of(hex("000102030405060708090a0b0c0d0e0f"));
    private static final byte[] SECRET = "itr-mr-secret".getBytes(StandardCharsets.US_ASCII);
    private static final long NONCE = 0x1122334455667788L;
    private static final EidAuthentication REQUEST = EidAuthentication.request(2);

    @Test
    void shouldWrapAsTheKnownAnswerOfRfc3394Section41() {
        byte[] wrappingKey = hex("000102030405060708090A0B0C0D0E0F");
        byte[] key = hex("00112233445566778899AABBCCDDEEFF");
        byte[] wrapped = hex("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5");

        assertThat(KeyWrapping.aesWrap(wrappingKey, key)).isEqualTo(wrapped);
        assertThat(KeyWrapping.aesUnwrap(wrappingKey, wrapped)).hasValue(key);
    }

    @Test
    void shouldWrapUnderAKeyOfTheNonceAndTheSecret() {
        LispSec data = KEY.wrap(KeyWrapping.AES_KEY_WRAP_128_HKDF_SHA_256, SECRET, 1, NONCE, 2, REQUEST);

        assertThat(HexFormat.of().toHexDigits(data.preamble())).isEqualTo("1c333395b718fd4d");
        assertThat(data.key()).isEqualTo(Octets.parse("1293ea3992b2937545d3189aaa6f33a4"));
        assertThat(OneTimeKey.unwrap(data, SECRET, NONCE)).hasValue(KEY);
    }

    @Test
    void shouldSendANullWrappedKeyInClearBehindAZeroPreamble() {
        LispSec data = KEY.wrap(KeyWrapping.NULL_KEY_WRAP_128, SECRET, 1, NONCE, 2, REQUEST);

        assertThat(data.preamble()).isZero();
        assertThat(data.key()).isEqualTo(Octets.copyOf(KEY.octets()));
        assertThat(OneTimeKey.unwrap(data, new byte[0], 0)).hasValue(KEY);
        assertThat(OneTimeKey.unwrap(changed(data, 0), SECRET, NONCE)).isEmpty();
    }

    @Property(tries = 300)
    void shouldUnwrapNothingThatWasChanged(
            @ForAll @Size(16) byte[] octets,
            @ForAll @Size(min = 1, max = 80) byte[] secret,
            @ForAll long nonce,
            @ForAll @IntRange(max = 191) int bit) {
        OneTimeKey key = OneTimeKey.of(octets);
        LispSec data = key.wrap(KeyWrapping.AES_KEY_WRAP_128_HKDF_SHA_256, secret, 0, nonce, 0, REQUEST);

        assertThat(OneTimeKey.unwrap(data, secret, nonce)).hasValue(key);
        assertThat(OneTimeKey.unwrap(changed(data, bit), secret, nonce)).isEmpty();
        assertThat(OneTimeKey.unwrap(data, secret, nonce + 1)).isEmpty();
    }

    @Test
    void shouldUnwrapNothingOfAnUnknownWrapping() {
        assertThat(OneTimeKey.unwrap(new LispSec(0, 0, 3, 0, Octets.copyOf(KEY.octets()), REQUEST), SECRET, NONCE))
                .isEmpty();
    }

    @Test
    void shouldDeriveTheMapServersKeyAndThePubSubKey() {
        assertThat(KEY.forMapServer().octets()).isEqualTo(hex("4e24185f0cf7d7413ccbe2ba72d38dfc"));
        assertThat(KEY.pubSubKey(KeyWrapping.AES_KEY_WRAP_128_HKDF_SHA_256, NONCE))
                .isEqualTo(hex("68085d9e68a050092cc7dac8aa8544d4"));
        assertThat(KEY.pubSubKey(KeyWrapping.NULL_KEY_WRAP_128, NONCE)).isEqualTo(KEY.octets());
    }

    @ParameterizedTest
    @EnumSource(KeyWrapping.class)
    void shouldFindWrappingsById(KeyWrapping wrapping) {
        assertThat(KeyWrapping.of(wrapping.id())).isEqualTo(Optional.of(wrapping));
    }

    @Test
    void shouldBeOf128BitsAndNeverPrinted() {
        assertThatThrownBy(() -> OneTimeKey.of(new byte[15])).hasMessage("a one-time key has 16 octets, not 15");
        assertThat(KEY).hasToString("a one-time key");
    }

    /** One of the 192 bits of preamble and key changed. */
    private static LispSec changed(LispSec data, int bit) {
        byte[] key = data.key().toBytes();
        long preamble = data.preamble();
        if (bit < 64) {
            preamble ^= 1L << bit;
        } else {
            key[(bit - 64) / 8] ^= (byte) (1 << bit % 8);
        }
        return new LispSec(
                data.requestedHmacId(), data.keyId(), data.wrappingId(), preamble, Octets.copyOf(key), data.eid());
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
