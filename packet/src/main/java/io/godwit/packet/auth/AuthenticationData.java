package io.godwit.packet.auth;

import java.util.Arrays;

/**
 * Key ID, Algorithm ID and MAC of an authenticated message (RFC 9301 section 5.6).
 *
 * @param algorithmId 8 bits as on the wire; {@link AuthenticationAlgorithm#of} knows it or not
 * @param mac the octets as sent; not copied, do not change it
 */
public record AuthenticationData(int keyId, int algorithmId, byte[] mac) {
    /** For messages that {@link MessageAuthentication#encodeSigned} signs. */
    public static final AuthenticationData UNSIGNED = new AuthenticationData(0, 0, new byte[0]);

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthenticationData(int key, int algorithm, byte[] octets)
                && key == keyId
                && algorithm == algorithmId
                && Arrays.equals(octets, mac);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * keyId + algorithmId) + Arrays.hashCode(mac);
    }

    /** Without the MAC: it helps nobody who reads a log. */
    @Override
    public String toString() {
        return "key-id " + keyId + " algorithm " + algorithmId + " (" + mac.length + " octets)";
    }
}
