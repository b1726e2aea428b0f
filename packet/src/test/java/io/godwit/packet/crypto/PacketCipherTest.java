package io.godwit.packet.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.testing.Conformance;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PacketCipherTest {
    private static final KeyMaterial KEY = new KeyMaterial(
            HexFormat.of().parseHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"));

    /** That the JDK's cipher is RFC 8439's; the nonce of section 2.8.2 cannot occur in LISP. */
    @Test
    void shouldHaveTheChaCha20Poly1305OfRfc8439() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        byte[] nonce = HexFormat.of().parseHex("070000004041424344454647");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY.octets(0, 32), "ChaCha20"), new IvParameterSpec(nonce));
        cipher.updateAAD(HexFormat.of().parseHex("50515253c0c1c2c3c4c5c6c7"));
        byte[] sealed = cipher.doFinal(("Ladies and Gentlemen of the class of '99: If I could offer you only one tip"
                        + " for the future, sunscreen would be it.")
                .getBytes(StandardCharsets.US_ASCII));

        assertThat(HexFormat.of().formatHex(sealed))
                .startsWith("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6")
                .endsWith("1ae10b594f09e26a7e902ecbd0600691");
    }

    @ParameterizedTest
    @CsvSource({
        "MODP_2048_AES_128_CBC_HMAC_SHA_256, 16, false",
        "X25519_AES_128_CBC_HMAC_SHA_256, 16, false",
        "MODP_2048_AES_128_GCM, 12, true",
        "MODP_3072_AES_128_GCM, 12, true",
        "X25519_AES_128_GCM, 12, true",
        "X25519_CHACHA20_POLY1305, 8, true"
    })
    void shouldLayOutHeaderIvCiphertextAndIcv(CipherSuite suite, int ivLength, boolean counts) {
        PacketCipher cipher = new PacketCipher(suite, KEY, 2);

        byte[] sealed = cipher.seal(new byte[8 + 32]);

        int padding = counts ? 0 : 16;
        assertThat(sealed).hasSize(8 + ivLength + 32 + padding + 16);
        assertThat(Arrays.copyOf(sealed, 8)).asHexString().isEqualTo("0200000000000000");
        if (counts) {
            assertThat(Arrays.copyOfRange(sealed, 8, 8 + ivLength)).endsWith(0, 0, 0, 0, 0, 0, 0, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    @Conformance("C243")
    void shouldNeverUseAnIvTwice(CipherSuite suite) {
        PacketCipher cipher = new PacketCipher(suite, KEY, 1);
        int end = 8 + suite.algorithm().ivLength();
        Set<String> ivs = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            ivs.add(HexFormat.of().formatHex(cipher.seal(new byte[30]), 8, end));
        }
        assertThat(ivs).hasSize(300);
    }

    @Property(tries = 300)
    @Conformance("C242")
    void shouldOpenWhatItSealedAndNothingThatWasChanged(
            @ForAll CipherSuite suite,
            @ForAll @Size(min = 8, max = 200) byte[] packet,
            @ForAll @IntRange(min = 1, max = 3) int keyId,
            @ForAll @IntRange(max = 10_000) int where) {
        packet[0] &= ~3;
        PacketCipher cipher = new PacketCipher(suite, KEY, keyId);

        byte[] sealed = cipher.seal(packet);

        assertThat(sealed[0] & 3).isEqualTo(keyId);
        assertThat(cipher.open(sealed)).hasValue(packet);
        assertThat(new PacketCipher(suite, KEY, keyId % 3 + 1).open(sealed)).isEmpty();
        byte[] changed = sealed.clone();
        changed[where % sealed.length] ^= (byte) (1 << where % 8);
        assertThat(cipher.open(changed)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    @Conformance("C242")
    void shouldOpenNothingShortened(CipherSuite suite) {
        PacketCipher cipher = new PacketCipher(suite, KEY, 3);
        byte[] sealed = cipher.seal(new byte[60]);
        for (int length = 0; length < sealed.length; length++) {
            assertThat(cipher.open(Arrays.copyOf(sealed, length))).isEmpty();
        }
    }

    @Test
    void shouldRefuseAKeyIdThatKkCannotHold() {
        assertThatThrownBy(() -> new PacketCipher(CipherSuite.X25519_AES_128_GCM, KEY, 4))
                .hasMessage("a key-id of the data plane is 1, 2 or 3, not 4");
    }
}
