package io.godwit.packet.referral;

import io.godwit.packet.address.Octets;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MapReferral;
import io.godwit.packet.control.MapReferral.Referral;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;

/** Signs the records of Map-Referrals with a DDT node's private key (RFC 8111 section 6.4.1). Can be used by several threads. */
public final class ReferralSigner {
    private final RSAPrivateCrtKey key;
    private final ReferralKey verifier;
    private final int signatureLength;

    /** Throws {@link IllegalArgumentException} with a sentence on a key of a length that is not in use. */
    public ReferralSigner(RSAPrivateCrtKey key) {
        this.key = key;
        verifier = ReferralKey.of(publicKey(key));
        signatureLength = (key.getModulus().bitLength() + 7) / 8;
    }

    private static RSAPublicKey publicKey(RSAPrivateCrtKey key) {
        try {
            return (RSAPublicKey) KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the RSA key cannot be used: " + e.getMessage(), e);
        }
    }

    /** The public key that verifies what this one signs. */
    public ReferralKey verifier() {
        return verifier;
    }

    /**
     * The record with a signature in place of those it had.
     *
     * @param inceptionSeconds since 1970, the first second of its validity
     * @param expirationSeconds since 1970, the last
     */
    public Referral sign(Referral record, long inceptionSeconds, long expirationSeconds) {
        Octets zero = Octets.copyOf(new byte[signatureLength]);
        Referral unsigned = record.with(List.of(section(record, inceptionSeconds, expirationSeconds, zero)));
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        int length = ControlCodec.encode(new MapReferral(0, List.of(unsigned)), buffer, 0);
        byte[] form = ControlCodec.signedForms(buffer, 0, length).getFirst();
        return record.with(List.of(section(record, inceptionSeconds, expirationSeconds, Octets.copyOf(sign(form)))));
    }

    private MapReferral.Signature section(Referral record, long inception, long expiration, Octets signature) {
        return new MapReferral.Signature(
                record.ttlMinutes(),
                (int) expiration,
                (int) inception,
                verifier.tag(),
                ReferralKey.RSA_SHA256,
                signature);
    }

    private byte[] sign(byte[] form) {
        try {
            Signature engine = Signature.getInstance(ReferralKey.RSA_SHA256_NAME);
            engine.initSign(key);
            engine.update(form);
            return engine.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a referral cannot be signed: " + e.getMessage(), e);
        }
    }
}
