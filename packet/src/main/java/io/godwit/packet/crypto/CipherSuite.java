package io.godwit.packet.crypto;

import java.util.Arrays;
import java.util.Optional;

/** LISP Crypto Cipher Suites (RFC 8061 section 6). */
public enum CipherSuite {
    MODP_2048_AES_128_CBC_HMAC_SHA_256(1, KeyGroup.MODP_2048, PacketAlgorithm.AES_128_CBC_HMAC_SHA_256),
    X25519_AES_128_CBC_HMAC_SHA_256(2, KeyGroup.X25519, PacketAlgorithm.AES_128_CBC_HMAC_SHA_256),
    MODP_2048_AES_128_GCM(3, KeyGroup.MODP_2048, PacketAlgorithm.AES_128_GCM),
    MODP_3072_AES_128_GCM(4, KeyGroup.MODP_3072, PacketAlgorithm.AES_128_GCM),
    X25519_AES_128_GCM(5, KeyGroup.X25519, PacketAlgorithm.AES_128_GCM),
    X25519_CHACHA20_POLY1305(6, KeyGroup.X25519, PacketAlgorithm.CHACHA20_POLY1305);

    private final int id;
    private final KeyGroup group;
    private final PacketAlgorithm algorithm;

    CipherSuite(int id, KeyGroup group, PacketAlgorithm algorithm) {
        this.id = id;
        this.group = group;
        this.algorithm = algorithm;
    }

    /** The Cipher Suite of a Security-Key LCAF. */
    public int id() {
        return id;
    }

    public static Optional<CipherSuite> of(int id) {
        return Arrays.stream(values()).filter(suite -> suite.id == id).findFirst();
    }

    KeyGroup group() {
        return group;
    }

    PacketAlgorithm algorithm() {
        return algorithm;
    }
}
