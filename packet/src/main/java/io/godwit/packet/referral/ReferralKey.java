package io.godwit.packet.referral;

import io.godwit.packet.address.Octets;
import io.godwit.packet.control.MapReferral;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/**
 * A public key that verifies Map-Referrals: RSA of 2048 to 4096 bits. In a Security-Key LCAF (RFC 8060 section 4.7) it has the number of its
 * signature algorithm, and its SubjectPublicKeyInfo (RFC 5280 section 4.1) as key material; RFC 8111 leaves both open.
 */
public final class ReferralKey {
    /** Sig-Algorithm of RSA-SHA256, the only one in use: RSA-SHA1, which is 1, is deprecated (RFC 8111 section 6.4.1). */
    public static final int RSA_SHA256 = 2;

    static final String RSA_SHA256_NAME = "SHA256withRSA";

    private static final int MIN_BITS = 2048;
    private static final int MAX_BITS = 4096;

    private final RSAPublicKey key;
    private final Octets material;
    private final int tag;

    private ReferralKey(RSAPublicKey key) {
        this.key = key;
        byte[] octets = key.getEncoded();
        material = Octets.copyOf(octets);
        tag = tag(octets);
    }

    /** Throws {@link IllegalArgumentException} with a sentence on a key of a length that is not in use. */
    public static ReferralKey of(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        if (bits < MIN_BITS || bits > MAX_BITS) {
            throw new IllegalArgumentException(
                    "an RSA key of " + bits + " bits: it must have " + MIN_BITS + " to " + MAX_BITS);
        }
        return new ReferralKey(key);
    }

    /** Of a Security-Key LCAF's key material; empty when it is no key that can be used. */
    public static Optional<ReferralKey> of(Octets material) {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(material.toBytes()))
                            instanceof RSAPublicKey rsa
                    ? Optional.of(of(rsa))
                    : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As in a Security-Key LCAF. */
    public Octets material() {
        return material;
    }

    /** 16 bits that tell keys apart, as DNSSEC computes them of its records (RFC 4034 appendix B), here of the key material. */
    public int tag() {
        return tag;
    }

    private static int tag(byte[] octets) {
        int sum = 0;
        for (int i = 0; i < octets.length; i++) {
            sum += (i & 1) == 0 ? (octets[i] & 0xff) << 8 : octets[i] & 0xff;
        }
        return sum + (sum >>> 16) & 0xffff;
    }

    /**
     * Whether {@code signature} was made of a record with this key; its algorithm and validity are the caller's to judge.
     *
     * @param signedForm of {@link io.godwit.packet.control.ControlCodec#signedForms}; its TTL is replaced
     */
    public boolean verifies(byte[] signedForm, MapReferral.Signature signature) {
        ByteBuffer.wrap(signedForm).putInt(signature.originalTtl());
        try {
            Signature engine = Signature.getInstance(RSA_SHA256_NAME);
            engine.initVerify(key);
            engine.update(signedForm);
            return engine.verify(signature.signature().toBytes());
        } catch (GeneralSecurityException e) {
            return false; // a signature of another length than the key's
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReferralKey that && that.material.equals(material);
    }

    @Override
    public int hashCode() {
        return material.hashCode();
    }

    @Override
    public String toString() {
        return "RSA key with tag " + tag;
    }
}
