package io.godwit.packet.control;

/**
 * The trailer of RFC 9301 section 5.6 and RFC 9437 section 4.
 *
 * <pre>
 * ~                        xTR-ID (128 bits)                      ~
 * ~                        Site-ID (64 bits)                      ~
 * </pre>
 *
 * @param xtrIdHigh the first 64 bits of the xTR-ID
 * @param xtrIdLow the last 64 bits of the xTR-ID
 */
public record XtrIdentity(long xtrIdHigh, long xtrIdLow, long siteId) {
    public static final int LENGTH = 24;
}
