package io.godwit.packet.auth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The MACs of RFC 9301 section 12.5. Keeps what it needs for the keys that were used last. Not thread-safe. */
final class MacEngines {
    private static final int NONCE_OFFSET = 4;
    private static final int NONCE_END = 12;
    private static final int HKDF_KEY_LENGTH = 32;
    /** Sites that take turns. */
    private static final int MAX_KEYS = 1_024;

    private final Map<AuthenticationKey, KeyedHash> hashes = new HashMap<>();
    private @Nullable AuthenticationKey lastKey;
    private @Nullable KeyedHash lastHash;
    private @Nullable Hkdf hkdf;

    /** The untruncated MAC over the first {@code length} octets, whose authentication data is zero. */
    byte[] mac(AuthenticationKey key, byte[] message, int length) {
        return switch (key.algorithm()) {
            case HMAC_SHA_1_96 -> keyed(key, "SHA-1").mac(message, length);
            case HMAC_SHA_256_128 -> keyed(key, "SHA-256").mac(message, length);
            case HMAC_SHA_256_128_HKDF ->
                new KeyedHash("SHA-256", messageKey(key.secret(), message)).mac(message, length);
            case NONE -> throw new IllegalArgumentException("algorithm none has no MAC");
        };
    }

    @SuppressWarnings("ReferenceEquality") // the last one asked for again: not worth looking at its content
    private KeyedHash keyed(AuthenticationKey key, String hash) {
        if (key != lastKey || lastHash == null) {
            if (hashes.size() >= MAX_KEYS) {
                hashes.clear();
            }
            lastHash = hashes.computeIfAbsent(key, its -> new KeyedHash(hash, its.secret()));
            lastKey = key;
        }
        return lastHash;
    }

    /**
     * The per-message key: HKDF-SHA256 with the message's name as salt, nonce and pre-shared key as input, no info, 32 octets. RFC 9301
     * section 5.6 leaves info and length open.
     */
    private byte[] messageKey(byte[] secret, byte[] message) {
        byte[] input = Arrays.copyOfRange(message, NONCE_OFFSET, NONCE_END + secret.length);
        System.arraycopy(secret, 0, input, NONCE_END - NONCE_OFFSET, secret.length);
        if (hkdf == null) {
            hkdf = new Hkdf();
        }
        byte[] salt = salt(message[0]).getBytes(StandardCharsets.US_ASCII);
        return hkdf.derive(salt, input, new byte[0], HKDF_KEY_LENGTH);
    }

    private static String salt(byte firstOctet) {
        return switch ((firstOctet & 0xf0) >>> 4) {
            case 3 -> "Map-Register Authentication";
            case 4 -> "Map-Notify Authentication";
            default -> "Map-Notify-Ack Authentication";
        };
    }
}
