package io.godwit.packet.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.Octets;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyExchangeTest {
    /** RFC 7748 section 6.1. */
    private static final String ALICE = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";

    private static final Octets ALICE_PUBLIC =
            Octets.parse("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    private static final Octets BOB_PUBLIC =
            Octets.parse("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    private static final String SHARED = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    private static final long NONCE = 0x1122334455667788L;

    @Test
    void shouldAgreeAsTheKnownAnswerOfRfc7748() throws GeneralSecurityException {
        KeyPair alice = alice();

        assertThat(Octets.copyOf(KeyGroup.X25519.encode(alice.getPublic()))).isEqualTo(ALICE_PUBLIC);
        assertThat(KeyGroup.X25519.agree(alice.getPrivate(), BOB_PUBLIC.toBytes()))
                .isEqualTo(HexFormat.of().parseHex(SHARED));
    }

    @Test
    void shouldDeriveTheKeyOfTheVectors() throws GeneralSecurityException {
        KeyMaterial key = new KeyExchange(CipherSuite.X25519_AES_128_GCM, alice())
                .agree(BOB_PUBLIC, NONCE)
                .orElseThrow();

        assertThat(HexFormat.of().formatHex(key.octets(0, KeyMaterial.LENGTH)))
                .isEqualTo("4bbe3ffcbeb4ddaffc5dca481707eac7c6a4c2ec70e572149c7cdc87487228ed");
        assertThat(key).hasToString("key material");
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void shouldGiveBothSidesTheSameKeyForOneNonceOnly(CipherSuite suite) {
        KeyExchange itr = KeyExchange.generate(suite);
        KeyExchange etr = KeyExchange.generate(suite);

        byte[] key = octets(itr.agree(etr.publicKey(), NONCE).orElseThrow());

        assertThat(octets(etr.agree(itr.publicKey(), NONCE).orElseThrow())).isEqualTo(key);
        assertThat(octets(etr.agree(itr.publicKey(), NONCE + 1).orElseThrow())).isNotEqualTo(key);
        assertThat(CipherSuite.of(suite.id())).hasValue(suite);
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void shouldAgreeOnNothingWithWhatIsNoPublicKey(CipherSuite suite) {
        KeyExchange own = KeyExchange.generate(suite);
        int length = own.publicKey().length();

        assertThat(own.agree(Octets.NONE, NONCE)).isEmpty();
        assertThat(own.agree(Octets.copyOf(new byte[length - 1]), NONCE)).isEmpty();
        assertThat(own.agree(Octets.copyOf(new byte[length]), NONCE)).isEmpty();
        byte[] one = new byte[length];
        one[suite.group() == KeyGroup.X25519 ? 0 : length - 1] = 1;
        assertThat(own.agree(Octets.copyOf(one), NONCE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyGroup.class,
            names = {"MODP_2048", "MODP_3072"})
    void shouldRefuseTheGreatestElementOfAModpGroup(KeyGroup group) {
        BigInteger prime = (group == KeyGroup.MODP_2048 ? ModpGroup.MODP_2048 : ModpGroup.MODP_3072).getP();
        byte[] signed = prime.subtract(BigInteger.ONE).toByteArray();
        Octets greatest = Octets.copyOf(java.util.Arrays.copyOfRange(signed, 1, signed.length));
        CipherSuite suite =
                group == KeyGroup.MODP_2048 ? CipherSuite.MODP_2048_AES_128_GCM : CipherSuite.MODP_3072_AES_128_GCM;

        assertThat(prime.isProbablePrime(20)).isTrue();
        assertThat(KeyExchange.generate(suite).agree(greatest, NONCE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 255})
    void shouldKnowNoOtherSuite(int id) {
        assertThat(CipherSuite.of(id)).isEmpty();
    }

    private static KeyPair alice() throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("X25519");
        PrivateKey key = factory.generatePrivate(
                new XECPrivateKeySpec(NamedParameterSpec.X25519, HexFormat.of().parseHex(ALICE)));
        byte[] big = ALICE_PUBLIC.toBytes();
        for (int i = 0; i < 16; i++) {
            byte octet = big[i];
            big[i] = big[31 - i];
            big[31 - i] = octet;
        }
        PublicKey shown =
                factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big)));
        return new KeyPair(shown, key);
    }

    private static byte[] octets(KeyMaterial key) {
        return key.octets(0, KeyMaterial.LENGTH);
    }
}
