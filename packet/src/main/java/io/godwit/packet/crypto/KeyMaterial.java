package io.godwit.packet.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * 256 bits derived from a shared secret (RFC 8061 section 7), by HMAC-SHA-256 in counter mode over
 *
 * <pre>
 * counter (16, = 1) | "lisp-crypto" | 0 (8) | nonce (64) | length in bits (16, = 256)
 * </pre>
 *
 * The RFC calls its context string null-terminated and shows it without; this is the text's reading. Never printed.
 */
public final class KeyMaterial {
    static final int LENGTH = 32;

    private static final byte[] CONTEXT = "lisp-crypto\0".getBytes(StandardCharsets.US_ASCII);
    private static final String HMAC = "HmacSHA256";

    private final byte[] octets;

    KeyMaterial(byte[] octets) {
        this.octets = octets.clone();
    }

    /** {@code nonce} is that of the ITR's Map-Request. */
    static KeyMaterial derive(byte[] secret, long nonce) {
        ByteBuffer input = ByteBuffer.allocate(2 + CONTEXT.length + Long.BYTES + 2)
                .putShort((short) 1)
                .put(CONTEXT)
                .putLong(nonce)
                .putShort((short) (LENGTH * Byte.SIZE));
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            return new KeyMaterial(mac.doFinal(input.array()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + HMAC, e);
        }
    }

    /** The octets {@code [from, to)}. */
    byte[] octets(int from, int to) {
        return Arrays.copyOfRange(octets, from, to);
    }

    @Override
    public String toString() {
        return "key material";
    }
}
