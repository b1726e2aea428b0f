package io.godwit.packet.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The MACs of RFC 9301 section 12.5 through JCA. Keeps one engine an algorithm, keyed with the last key used. Not thread-safe. */
final class MacEngines {
    private static final int NONCE_OFFSET = 4;
    private static final int NONCE_END = 12;
    private static final int HKDF_KEY_LENGTH = 32;

    private final Mac sha1 = engine("HmacSHA1");
    private final Mac sha256 = engine("HmacSHA256");
    private @Nullable AuthenticationKey sha1Key;
    private @Nullable AuthenticationKey sha256Key;
    private @Nullable Hkdf hkdf;

    /** The untruncated MAC over the first {@code length} octets, whose authentication data is zero. */
    byte[] mac(AuthenticationKey key, byte[] message, int length) {
        Mac mac = keyed(key, message);
        mac.update(message, 0, length);
        return mac.doFinal();
    }

    private Mac keyed(AuthenticationKey key, byte[] message) {
        return switch (key.algorithm()) {
            case HMAC_SHA_1_96 -> {
                if (!key.equals(sha1Key)) {
                    sha1Key = key;
                    init(sha1, key.secret());
                }
                yield sha1;
            }
            case HMAC_SHA_256_128 -> {
                if (!key.equals(sha256Key)) {
                    sha256Key = key;
                    init(sha256, key.secret());
                }
                yield sha256;
            }
            case HMAC_SHA_256_128_HKDF -> {
                sha256Key = null;
                init(sha256, messageKey(key.secret(), message));
                yield sha256;
            }
            case NONE -> throw new IllegalArgumentException("algorithm none has no MAC");
        };
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

    private static void init(Mac mac, byte[] secret) {
        try {
            SecretKey key = new SecretKeySpec(secret, mac.getAlgorithm());
            mac.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key for " + mac.getAlgorithm() + " was refused", e);
        }
    }

    private static Mac engine(String algorithm) {
        try {
            return Mac.getInstance(algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }
}
