package io.godwit.packet.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HkdfTest {
    private static final byte[] INPUT = hex("0b".repeat(22));

    private final Hkdf hkdf = new Hkdf();

    @Test
    void shouldGiveTheFirstKnownAnswerOfRfc5869() {
        byte[] key = hkdf.derive(hex("000102030405060708090a0b0c"), INPUT, hex("f0f1f2f3f4f5f6f7f8f9"), 42);

        assertThat(key)
                .isEqualTo(hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    }

    @Test
    void shouldGiveTheKnownAnswerOfRfc5869WithoutSaltAndInfo() {
        byte[] key = hkdf.derive(new byte[0], INPUT, new byte[0], 42);

        assertThat(key)
                .isEqualTo(hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
    }

    @Test
    void shouldRefuseMoreThanItCanExpandTo() {
        assertThatThrownBy(() -> hkdf.derive(new byte[0], INPUT, new byte[0], 255 * 32 + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
