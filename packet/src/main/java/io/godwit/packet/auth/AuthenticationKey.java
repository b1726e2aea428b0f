package io.godwit.packet.auth;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A pre-shared key. Never printed.
 *
 * @param keyId 0..255
 * @param fullLengthMac send the untruncated MAC, as every peer does, instead of the RFC's 12 or 16 octets; both are accepted
 */
public record AuthenticationKey(int keyId, AuthenticationAlgorithm algorithm, byte[] secret, boolean fullLengthMac) {
    public AuthenticationKey {
        secret = secret.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthenticationKey key
                && key.keyId == keyId
                && key.algorithm == algorithm
                && key.fullLengthMac == fullLengthMac
                && MessageDigest.isEqual(key.secret, secret);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * keyId + algorithm.hashCode()) + Arrays.hashCode(secret);
    }

    @Override
    public String toString() {
        return "key " + keyId + " (" + algorithm.text() + ")";
    }
}
