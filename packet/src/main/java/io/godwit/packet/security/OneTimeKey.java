package io.godwit.packet.security;

import io.godwit.packet.address.Octets;
import io.godwit.packet.auth.Hkdf;
import io.godwit.packet.control.EcmAuthentication.LispSec;
import io.godwit.packet.control.EidAuthentication;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** A one-time key of 128 bits (RFC 9303 section 6.4), for one Map-Request. Never printed. */
public final class OneTimeKey {
    public static final int LENGTH = 16;

    private static final byte[] NOTHING = new byte[0];

    private final byte[] octets;

    private OneTimeKey(byte[] octets) {
        this.octets = octets;
    }

    public static OneTimeKey random(SecureRandom random) {
        byte[] octets = new byte[LENGTH];
        random.nextBytes(octets);
        return new OneTimeKey(octets);
    }

    /** From 16 octets. */
    public static OneTimeKey of(byte[] octets) {
        if (octets.length != LENGTH) {
            throw new IllegalArgumentException("a one-time key has 16 octets, not " + octets.length);
        }
        return new OneTimeKey(octets.clone());
    }

    /**
     * The MS-OTK of this ITR-OTK (RFC 9303 section 6.7): HKDF-SHA256 with this key as input, no salt, no info, which the RFC leaves open.
     */
    public OneTimeKey forMapServer() {
        return new OneTimeKey(new Hkdf().derive(NOTHING, octets, NOTHING, LENGTH));
    }

    /**
     * The PubSubKey of a subscription (RFC 9437 section 7.1): derived from this key and the request's nonce, or this key itself when it
     * travels unwrapped.
     */
    public byte[] pubSubKey(KeyWrapping wrapping, long nonce) {
        return switch (wrapping) {
            case NULL_KEY_WRAP_128 -> octets.clone();
            case AES_KEY_WRAP_128_HKDF_SHA_256 -> {
                ByteBuffer input =
                        ByteBuffer.allocate(LENGTH + Long.BYTES).put(octets).putLong(nonce);
                yield new Hkdf().derive(NOTHING, input.array(), NOTHING, LENGTH);
            }
        };
    }

    /**
     * The authentication data of an ECM that carries this key.
     *
     * @param secret shared with the receiver, unused when the key is not wrapped
     * @param keyId of {@code secret}
     * @param nonce of the Map-Request
     * @param hmacId asked for, 0 for no preference
     */
    public LispSec wrap(KeyWrapping wrapping, byte[] secret, int keyId, long nonce, int hmacId, EidAuthentication eid) {
        ByteBuffer wrapped = ByteBuffer.wrap(wrapping.wrap(octets, secret, nonce));
        long preamble = wrapped.getLong();
        byte[] key = new byte[LENGTH];
        wrapped.get(key);
        return new LispSec(hmacId, keyId, wrapping.id(), preamble, Octets.copyOf(key), eid);
    }

    /** The key in {@code data}; nothing when its wrapping is unknown or its integrity value is wrong: the message must be discarded. */
    public static Optional<OneTimeKey> unwrap(LispSec data, byte[] secret, long nonce) {
        ByteBuffer wrapped = ByteBuffer.allocate(Long.BYTES + LENGTH)
                .putLong(data.preamble())
                .put(data.key().toBytes());
        return KeyWrapping.of(data.wrappingId())
                .flatMap(wrapping -> wrapping.unwrap(wrapped.array(), secret, nonce))
                .map(OneTimeKey::new);
    }

    byte[] octets() {
        return octets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OneTimeKey key && MessageDigest.isEqual(key.octets, octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    @Override
    public String toString() {
        return "a one-time key";
    }
}
