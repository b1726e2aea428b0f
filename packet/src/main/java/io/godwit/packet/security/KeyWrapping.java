package io.godwit.packet.security;

import io.godwit.packet.auth.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * OTK Wrapping IDs (RFC 9303 section 8.4). A wrapped key is 64 bits of preamble and 128 bits of key, as the OTK-AD holds them:
 *
 * <pre>
 * |                       One-Time-Key Preamble (64)              |
 * |                          One-Time Key (128)                   |
 * </pre>
 */
public enum KeyWrapping {
    /** In clear, the preamble zero: only where DTLS or the mapping system itself is trusted. */
    NULL_KEY_WRAP_128(1),
    /** RFC 3394 under a key of its own for each message. */
    AES_KEY_WRAP_128_HKDF_SHA_256(2);

    private static final int PREAMBLE_LENGTH = 8;
    private static final byte[] CONTEXT = "OTK-Key-Wrap".getBytes(StandardCharsets.US_ASCII);

    private final int id;

    KeyWrapping(int id) {
        this.id = id;
    }

    /** The OTK Wrapping ID on the wire. */
    public int id() {
        return id;
    }

    public static Optional<KeyWrapping> of(int id) {
        return Arrays.stream(values()).filter(wrapping -> wrapping.id == id).findFirst();
    }

    /** Preamble and key, 24 octets. */
    byte[] wrap(byte[] key, byte[] secret, long nonce) {
        return switch (this) {
            case NULL_KEY_WRAP_128 ->
                ByteBuffer.allocate(PREAMBLE_LENGTH + key.length)
                        .putLong(0)
                        .put(key)
                        .array();
            case AES_KEY_WRAP_128_HKDF_SHA_256 -> aesWrap(messageKey(secret, nonce), key);
        };
    }

    /** The key; nothing when the preamble or the integrity value is wrong. */
    Optional<byte[]> unwrap(byte[] wrapped, byte[] secret, long nonce) {
        return switch (this) {
            case NULL_KEY_WRAP_128 ->
                ByteBuffer.wrap(wrapped).getLong() == 0
                        ? Optional.of(Arrays.copyOfRange(wrapped, PREAMBLE_LENGTH, wrapped.length))
                        : Optional.empty();
            case AES_KEY_WRAP_128_HKDF_SHA_256 -> aesUnwrap(messageKey(secret, nonce), wrapped);
        };
    }

    /** The key that wraps one message's key (RFC 9303 section 6.5): HKDF-SHA256 over nonce, "OTK-Key-Wrap" and secret. */
    static byte[] messageKey(byte[] secret, long nonce) {
        ByteBuffer input = ByteBuffer.allocate(Long.BYTES + CONTEXT.length + secret.length)
                .putLong(nonce)
                .put(CONTEXT)
                .put(secret);
        return new Hkdf().derive(new byte[0], input.array(), new byte[0], OneTimeKey.LENGTH);
    }

    /** RFC 3394 section 2.2.1, with the initial value A6A6A6A6A6A6A6A6. */
    static byte[] aesWrap(byte[] wrappingKey, byte[] key) {
        try {
            Cipher cipher = Cipher.getInstance("AESWrap");
            cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(wrappingKey, "AES"));
            return cipher.wrap(new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES key wrap", e);
        }
    }

    /** RFC 3394 section 2.2.2. */
    static Optional<byte[]> aesUnwrap(byte[] wrappingKey, byte[] wrapped) {
        try {
            Cipher cipher = Cipher.getInstance("AESWrap");
            cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(wrappingKey, "AES"));
            return Optional.of(cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded());
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
