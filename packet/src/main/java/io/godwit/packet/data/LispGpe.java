package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * Next Protocol values and shim headers of LISP-GPE (RFC 9305 sections 3 and 3.1).
 *
 * <pre>
 * |     Type      |    Length     |   Reserved    | Next Protocol |
 * |                Protocol-specific fields (4 x Length)          |
 * </pre>
 */
public final class LispGpe {
    public static final int IPV4 = 1;
    public static final int IPV6 = 2;
    public static final int ETHERNET = 3;
    public static final int NSH = 4;
    /** Lowest Next Protocol that is a shim header. */
    public static final int FIRST_SHIM = 0x80;
    /** Highest Next Protocol that is a shim header. */
    public static final int LAST_SHIM = 0xfd;

    /** {@link #skipShims}: a shim reaches beyond the packet. */
    public static final long TRUNCATED = -1;
    /** {@link #skipShims}: a shim that this router does not know. */
    public static final long UNKNOWN_SHIM = -2;

    private static final int SHIM_UNIT = 4;

    private LispGpe() {}

    public static boolean isShim(int nextProtocol) {
        return nextProtocol >= FIRST_SHIM && nextProtocol <= LAST_SHIM;
    }

    /**
     * Walks the shim headers in front of the payload.
     *
     * @param offset of the octet after the LISP header
     * @param limit first octet after the packet
     * @param nextProtocol of the LISP header
     * @param knownLow bit n: the shim type 0x80 + n may be skipped
     * @param knownHigh bit n: the shim type 0xC0 + n may be skipped
     * @return the payload's protocol in the upper, its offset in the lower 32 bits; or {@link #TRUNCATED} or {@link #UNKNOWN_SHIM}
     */
    public static long skipShims(
            DirectBuffer buffer, int offset, int limit, int nextProtocol, long knownLow, long knownHigh) {
        int position = offset;
        int protocol = nextProtocol;
        while (isShim(protocol)) {
            long known = protocol < FIRST_SHIM + Long.SIZE ? knownLow : knownHigh;
            if ((known >>> protocol & 1) == 0) {
                return UNKNOWN_SHIM;
            }
            if (limit - position < SHIM_UNIT) {
                return TRUNCATED;
            }
            int shim = buffer.getInt(position, BIG_ENDIAN);
            position += SHIM_UNIT + SHIM_UNIT * (shim >>> 16 & 0xff);
            protocol = shim & 0xff;
        }
        return position > limit ? TRUNCATED : (long) protocol << 32 | position;
    }
}
