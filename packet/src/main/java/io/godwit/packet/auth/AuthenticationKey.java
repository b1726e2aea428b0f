package io.godwit.packet.auth;

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
    public String toString() {
        return "key " + keyId + " (" + algorithm.text() + ")";
    }
}
