package io.godwit.packet.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC (RFC 2104) with one key. Hashes the key's two blocks once, where {@link javax.crypto.Mac} does it for every message: of a Map-Notify
 * they are two blocks of five. Not thread-safe.
 */
final class KeyedHash {
    private static final int BLOCK = 64;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5c;

    private final MessageDigest inner;
    private final MessageDigest outer;

    /** @param hash {@code SHA-1} or {@code SHA-256}: one whose blocks have 64 octets */
    KeyedHash(String hash, byte[] secret) {
        byte[] key = secret.length > BLOCK ? digest(hash).digest(secret) : secret;
        inner = padded(hash, key, INNER_PAD);
        outer = padded(hash, key, OUTER_PAD);
    }

    private static MessageDigest padded(String hash, byte[] key, byte pad) {
        byte[] block = Arrays.copyOf(key, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= pad;
        }
        MessageDigest digest = digest(hash);
        digest.update(block);
        return digest;
    }

    private static MessageDigest digest(String hash) {
        try {
            return MessageDigest.getInstance(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + hash, e);
        }
    }

    /** Over the first {@code length} octets. */
    byte[] mac(byte[] message, int length) {
        MessageDigest first = copy(inner);
        first.update(message, 0, length);
        MessageDigest second = copy(outer);
        second.update(first.digest());
        return second.digest();
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java cannot copy the state of " + digest.getAlgorithm(), e);
        }
    }
}
