package io.godwit.packet.auth;

import java.util.Optional;

/** Algorithm IDs (RFC 9301 section 12.5). */
public enum AuthenticationAlgorithm {
    NONE(0, 0, 0, "none"),
    HMAC_SHA_1_96(1, 12, 20, "hmac-sha-1-96"),
    HMAC_SHA_256_128(2, 16, 32, "hmac-sha-256-128"),
    HMAC_SHA_256_128_HKDF(3, 16, 32, "hmac-sha-256-128-hkdf");

    private static final AuthenticationAlgorithm[] BY_ID = values();

    private final int id;
    private final int truncatedLength;
    private final int fullLength;
    private final String text;

    AuthenticationAlgorithm(int id, int truncatedLength, int fullLength, String text) {
        this.id = id;
        this.truncatedLength = truncatedLength;
        this.fullLength = fullLength;
        this.text = text;
    }

    /** The Algorithm ID on the wire. */
    public int id() {
        return id;
    }

    /** Octets of the MAC by the RFC. */
    public int truncatedLength() {
        return truncatedLength;
    }

    /** Octets of the MAC as every peer sends it. */
    public int fullLength() {
        return fullLength;
    }

    /** The name in configuration files. */
    public String text() {
        return text;
    }

    public static Optional<AuthenticationAlgorithm> of(int id) {
        return id >= 0 && id < BY_ID.length ? Optional.of(BY_ID[id]) : Optional.empty();
    }
}
