package io.godwit.packet.referral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.address.SecurityKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.MapReferral.Signature;
import io.godwit.packet.control.ReferralAction;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Mutations;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** RFC 8111 section 6.4.1: what a signature covers, and what it does not. */
class ReferralSignatureTest {
    private static final long INCEPTION = 1_700_000_000L;
    private static final long EXPIRATION = 4_000_000_000L; // beyond what a signed int holds
    private static final int TTL_LENGTH = 4;
    private static final int HEADER_OF_MESSAGE = 12;
    private static final int HEADER_OF_SIGNATURE = 20;

    private static KeyPair pair;
    private static ReferralSigner signer;

    @BeforeAll
    static void generate() throws GeneralSecurityException {
        pair = pair(2048);
        signer = new ReferralSigner((RSAPrivateCrtKey) pair.getPrivate());
    }

    private static KeyPair pair(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static Referral referral(String eid) {
        IpAddress node = IpAddress.parse("192.0.2.7");
        SecurityKey withKey =
                new SecurityKey(2, false, List.of(signer.verifier().material()), IpAddress.parse("2001:db8::7"));
        return new Referral(
                1440,
                8,
                ReferralAction.NODE_REFERRAL,
                true,
                false,
                5,
                IpAddress.parse(eid),
                List.of(RlocRecord.unicast(node, 1, 100, false), RlocRecord.unicast(withKey, 1, 100, false)),
                List.of());
    }

    private static byte[] encoded(Referral... records) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        int length = ControlCodec.encode(new MapReferral(9, List.of(records)), buffer, 0);
        return Arrays.copyOf(buffer.byteArray(), length);
    }

    private static MapReferral decoded(byte[] message) {
        return (MapReferral) ControlCodec.decode(new UnsafeBuffer(message), 0, message.length);
    }

    private static List<byte[]> forms(byte[] message) {
        return ControlCodec.signedForms(new UnsafeBuffer(message), 0, message.length);
    }

    private static boolean verifies(byte[] message) {
        if (!(ControlCodec.decode(new UnsafeBuffer(message), 0, message.length) instanceof MapReferral referral)
                || referral.records().size() != 1
                || referral.records().getFirst().signatures().size() != 1) {
            return false;
        }
        Signature signature = referral.records().getFirst().signatures().getFirst();
        return signer.verifier().verifies(forms(message).getFirst(), signature);
    }

    @Test
    void shouldVerifyWhatItSigned() {
        Referral signed = signer.sign(referral("10.0.0.0"), INCEPTION, EXPIRATION);
        byte[] message = encoded(signed);
        assertThat(decoded(message).records()).containsExactly(signed);
        Signature signature = signed.signatures().getFirst();
        assertThat(signature.originalTtl()).isEqualTo(1440);
        assertThat(signature.algorithm()).isEqualTo(2);
        assertThat(signature.keyTag()).isEqualTo(signer.verifier().tag()).isBetween(0, 0xffff);
        assertThat(Integer.toUnsignedLong(signature.expiration())).isEqualTo(EXPIRATION);
        assertThat(signature.signature().length()).isEqualTo(256);
        assertThat(verifies(message)).isTrue();
    }

    @Test
    void shouldCoverEveryBitButTheTtlAndTheMessagesHeader() {
        byte[] message = encoded(signer.sign(referral("10.0.0.0"), INCEPTION, EXPIRATION));
        for (int at = HEADER_OF_MESSAGE + TTL_LENGTH; at < message.length; at++) {
            byte[] altered = message.clone();
            altered[at] ^= (byte) (1 << (at & 7));
            assertThat(verifies(altered)).as("octet " + at).isFalse();
        }
        byte[] later = message.clone();
        ByteBuffer.wrap(later).putInt(HEADER_OF_MESSAGE, 17);
        assertThat(verifies(later)).as("a TTL that counts down").isTrue();
    }

    @Test
    void shouldSignTheRecordWithItsOriginalTtlAndTheSignatureZero() throws GeneralSecurityException {
        byte[] message = encoded(signer.sign(referral("10.0.0.0"), INCEPTION, EXPIRATION));
        byte[] record = Arrays.copyOfRange(message, HEADER_OF_MESSAGE, message.length);
        byte[] signature = Arrays.copyOfRange(record, record.length - 256, record.length);
        Arrays.fill(record, record.length - 256, record.length, (byte) 0);
        assertThat(forms(message).getFirst()).isEqualTo(record);
        assertThat(ByteBuffer.wrap(record).getInt()).isEqualTo(1440);
        java.security.Signature engine = java.security.Signature.getInstance("SHA256withRSA");
        engine.initVerify(pair.getPublic());
        engine.update(record);
        assertThat(engine.verify(signature)).isTrue();
    }

    @Test
    void shouldGiveEachRecordItsOwnFormWithAllItsSignaturesZero() {
        Referral first = signer.sign(referral("10.0.0.0"), INCEPTION, EXPIRATION);
        Signature one = new Signature(3, 2, 1, 7, 2, Octets.parse("0x0102030405"));
        Signature other = new Signature(3, 2, 1, 8, 1, Octets.parse("0x060708"));
        Referral second = referral("11.0.0.0").with(List.of(one, other));
        byte[] message = encoded(first, second);
        List<byte[]> forms = forms(message);
        assertThat(forms).hasSize(2);
        assertThat(signer.verifier()
                        .verifies(forms.getFirst(), first.signatures().getFirst()))
                .isTrue();
        byte[] form = forms.getLast();
        byte[] tail = Arrays.copyOfRange(form, form.length - 2 * HEADER_OF_SIGNATURE - 8, form.length);
        assertThat(Arrays.copyOfRange(tail, HEADER_OF_SIGNATURE, HEADER_OF_SIGNATURE + 5))
                .containsOnly(0);
        assertThat(Arrays.copyOfRange(tail, tail.length - 3, tail.length)).containsOnly(0);
        assertThat(ByteBuffer.wrap(tail).getShort(12))
                .as("the key tag is covered")
                .isEqualTo((short) 7);
    }

    @Test
    void shouldNotReadBeyondTheEndForASignatureThatIsNotThere() {
        byte[] message = encoded(signer.sign(referral("10.0.0.0"), INCEPTION, EXPIRATION));
        for (int length = HEADER_OF_MESSAGE; length < message.length; length++) {
            UnsafeBuffer cut = new UnsafeBuffer(Arrays.copyOf(message, length));
            assertThat(ControlCodec.decode(cut, 0, length)).isInstanceOf(MalformedMessage.class);
            assertThat(ControlCodec.signedForms(cut, 0, length)).isEmpty();
        }
    }

    @Test
    void shouldTakeKeyMaterialBackAndNothingThatIsNoKeyInUse() throws GeneralSecurityException {
        ReferralKey key = signer.verifier();
        assertThat(ReferralKey.of(key.material())).contains(key);
        assertThat(ReferralKey.of(Octets.parse("0x3082"))).isEmpty();
        assertThat(ReferralKey.of(Octets.NONE)).isEmpty();
        RSAPublicKey weak = (RSAPublicKey) pair(1024).getPublic();
        assertThat(ReferralKey.of(Octets.copyOf(weak.getEncoded()))).isEmpty();
        assertThatThrownBy(() -> ReferralKey.of(weak)).hasMessageContaining("1024 bits");
    }

    @Test
    void shouldNotVerifyWithAnotherKey() throws GeneralSecurityException {
        byte[] message = encoded(signer.sign(referral("10.0.0.0"), INCEPTION, EXPIRATION));
        Signature signature = decoded(message).records().getFirst().signatures().getFirst();
        ReferralKey other = ReferralKey.of((RSAPublicKey) pair(3072).getPublic());
        assertThat(other.verifies(forms(message).getFirst(), signature)).isFalse();
    }

    @Test
    void shouldHaveAFormOfEachRecordThatIsDecodedWhateverComes() {
        Referral signed = signer.sign(referral("10.0.0.0"), INCEPTION, EXPIRATION);
        byte[] genuine = encoded(signed, referral("11.0.0.0"), signed);
        Mutations mutations = new Mutations(229, List.of(genuine));
        int decoded = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] message = mutations.next();
            if (ControlCodec.decode(new UnsafeBuffer(message), 0, message.length) instanceof MapReferral referral) {
                assertThat(forms(message)).hasSameSizeAs(referral.records());
                decoded++;
            }
        }
        assertThat(decoded).isGreaterThan(1_000);
    }
}
