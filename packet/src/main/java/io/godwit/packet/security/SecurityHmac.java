package io.godwit.packet.security;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC IDs of LISP-SEC (RFC 9303 section 8.3). */
public enum SecurityHmac {
    HMAC_SHA_1_96(1, "HmacSHA1", 12),
    HMAC_SHA_256_128(2, "HmacSHA256", 16);

    private final int id;
    private final String engine;
    private final int length;

    SecurityHmac(int id, String engine, int length) {
        this.id = id;
        this.engine = engine;
        this.length = length;
    }

    /** The EID HMAC ID or PKT HMAC ID on the wire. */
    public int id() {
        return id;
    }

    /** Octets of the HMAC on the wire. */
    public int length() {
        return length;
    }

    public static Optional<SecurityHmac> of(int id) {
        return Arrays.stream(values()).filter(hmac -> hmac.id == id).findFirst();
    }

    /** The truncated HMAC of {@code data}. */
    byte[] mac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(engine);
            mac.init(new SecretKeySpec(key, engine));
            return Arrays.copyOf(mac.doFinal(data), length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + engine, e);
        }
    }

    /** In constant time. */
    boolean matches(byte[] key, byte[] data, byte[] received) {
        return MessageDigest.isEqual(mac(key, data), received);
    }
}
