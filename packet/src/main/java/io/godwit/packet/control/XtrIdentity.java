package io.godwit.packet.control;

/** The xTR-ID (128 bits, big-endian halves) and Site-ID (64 bits) trailer of RFC 9301 section 5.6 and RFC 9437. */
public record XtrIdentity(long xtrIdHigh, long xtrIdLow, long siteId) {
    public static final int LENGTH = 24;
}
