package io.godwit.packet.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import javax.crypto.spec.DHPublicKeySpec;
import org.jspecify.annotations.Nullable;

/** Where Diffie-Hellman keys live, and how public ones look in a Security-Key LCAF. */
enum KeyGroup {
    /** RFC 3526 section 3; 256 octets, big-endian. */
    MODP_2048(256),
    /** RFC 3526 section 4; 384 octets, big-endian. */
    MODP_3072(384),
    /** RFC 7748 section 5; 32 octets, little-endian. */
    X25519(32);

    private final int keyLength;

    KeyGroup(int keyLength) {
        this.keyLength = keyLength;
    }

    private @Nullable DHParameterSpec modp() {
        return switch (this) {
            case MODP_2048 -> ModpGroup.MODP_2048;
            case MODP_3072 -> ModpGroup.MODP_3072;
            case X25519 -> null;
        };
    }

    private String algorithm() {
        return this == X25519 ? "X25519" : "DH";
    }

    KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm());
        DHParameterSpec modp = modp();
        if (modp != null) {
            generator.initialize(modp);
        }
        return generator.generateKeyPair();
    }

    byte[] encode(PublicKey key) {
        if (key instanceof XECPublicKey x25519) {
            return reversed(padded(x25519.getU()));
        }
        return padded(((DHPublicKey) key).getY());
    }

    private PublicKey decode(byte[] octets) throws GeneralSecurityException {
        if (octets.length != keyLength) {
            throw new InvalidKeyException(this + " keys have " + keyLength + " octets, not " + octets.length);
        }
        KeyFactory factory = KeyFactory.getInstance(algorithm());
        DHParameterSpec modp = modp();
        if (modp == null) {
            byte[] big = reversed(octets);
            // The unused bit is ignored (RFC 7748 section 5).
            big[0] &= 0x7f;
            return factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big)));
        }
        BigInteger y = new BigInteger(1, octets);
        if (y.compareTo(BigInteger.TWO) < 0 || y.compareTo(modp.getP().subtract(BigInteger.TWO)) > 0) {
            throw new InvalidKeyException("a public key that gives every secret away");
        }
        return factory.generatePublic(new DHPublicKeySpec(y, modp.getP(), modp.getG()));
    }

    /** The shared secret; throws on a public key that is none. */
    byte[] agree(PrivateKey own, byte[] peer) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(algorithm());
        agreement.init(own);
        agreement.doPhase(decode(peer), true);
        return agreement.generateSecret();
    }

    /** Big-endian, of the group's length. */
    private byte[] padded(BigInteger value) {
        byte[] minimal = value.toByteArray();
        byte[] padded = new byte[keyLength];
        int copied = Math.min(minimal.length, keyLength);
        System.arraycopy(minimal, minimal.length - copied, padded, keyLength - copied, copied);
        return padded;
    }

    private static byte[] reversed(byte[] octets) {
        byte[] reversed = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            reversed[i] = octets[octets.length - 1 - i];
        }
        return reversed;
    }
}
