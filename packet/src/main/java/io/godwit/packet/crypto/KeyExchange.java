package io.godwit.packet.crypto;

import io.godwit.packet.address.Octets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Optional;

/** One side's half of a Diffie-Hellman exchange for one key-id (RFC 8061 section 5): generate, send the public key, agree. */
public final class KeyExchange {
    private final CipherSuite suite;
    private final KeyPair pair;

    KeyExchange(CipherSuite suite, KeyPair pair) {
        this.suite = suite;
        this.pair = pair;
    }

    public static KeyExchange generate(CipherSuite suite) {
        try {
            return new KeyExchange(suite, suite.group().generate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make keys for " + suite, e);
        }
    }

    /** As it stands in a Security-Key LCAF. */
    public Octets publicKey() {
        return Octets.copyOf(suite.group().encode(pair.getPublic()));
    }

    /**
     * What both sides derive; nothing when the peer's octets are no public key of the suite.
     *
     * @param nonce of the ITR's Map-Request, on both sides
     */
    public Optional<KeyMaterial> agree(Octets peerPublicKey, long nonce) {
        try {
            byte[] secret = suite.group().agree(pair.getPrivate(), peerPublicKey.toBytes());
            return Optional.of(KeyMaterial.derive(secret, nonce));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
