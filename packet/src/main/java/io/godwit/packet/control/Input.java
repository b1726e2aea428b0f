package io.godwit.packet.control;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message, never beyond its end. The first thing that is wrong is kept; from then on every read gives 0, so that callers need
 * to ask {@link #failed()} only where they loop or before they trust a result.
 */
final class Input {
    private static final int MAX_LCAF_DEPTH = 8;
    private static final byte[] NOTHING = new byte[0];

    private final Set<Integer> knownVendors;
    private final DirectBuffer buffer;
    private final int start;
    private int end;
    private int position;
    /** End of the message, or of the innermost LCAF. */
    private int limit;

    private int depth;
    private boolean skippedAddress;
    private boolean paddingAllowed;
    private @Nullable MalformedReason reason;
    private int failedAt;

    /** {@code knownVendors}: OUIs whose LCAFs are handed on. */
    Input(DirectBuffer buffer, int offset, int length, Set<Integer> knownVendors) {
        this.knownVendors = knownVendors;
        this.buffer = buffer;
        this.start = offset;
        this.position = offset;
        this.end = offset + length;
        this.limit = end;
    }

    DirectBuffer buffer() {
        return buffer;
    }

    /** Absolute in the buffer. */
    int position() {
        return position;
    }

    /** From the start of the message, of the outer one in an ECM. */
    int offset() {
        return position - start;
    }

    int remaining() {
        return limit - position;
    }

    boolean failed() {
        return reason != null;
    }

    /** Keeps the first failure. */
    void fail(MalformedReason why) {
        if (reason == null) {
            reason = why;
            failedAt = offset();
            limit = position;
        }
    }

    /** {@code message}, unless something went wrong while reading it. */
    ControlMessage result(ControlMessage message) {
        return reason == null ? message : malformed();
    }

    /** {@code why} here, unless something went wrong before. */
    MalformedMessage malformed(MalformedReason why) {
        fail(why);
        return malformed();
    }

    /** What went wrong; only after a failure. */
    MalformedMessage malformed() {
        return new MalformedMessage(Objects.requireNonNull(reason), failedAt);
    }

    /** Goes on with {@code length} octets from {@code offset}, both within what is left: the message in an ECM. */
    void narrow(int offset, int length) {
        position = offset;
        end = offset + length;
        limit = end;
    }

    int u8() {
        return has(1) ? buffer.getByte(position++) & 0xff : 0;
    }

    int u16() {
        if (!has(2)) {
            return 0;
        }
        position += 2;
        return buffer.getShort(position - 2, BIG_ENDIAN) & 0xffff;
    }

    int i32() {
        if (!has(4)) {
            return 0;
        }
        position += 4;
        return buffer.getInt(position - 4, BIG_ENDIAN);
    }

    long i64() {
        if (!has(8)) {
            return 0;
        }
        position += 8;
        return buffer.getLong(position - 8, BIG_ENDIAN);
    }

    /** A copy; allocates only when the octets are there. */
    byte[] octets(int length) {
        if (length == 0 || !has(length)) {
            return NOTHING;
        }
        byte[] octets = new byte[length];
        buffer.getBytes(position, octets);
        position += length;
        return octets;
    }

    /** Whether what comes next is what stands at {@code [from, to)} of the buffer, before here. */
    boolean repeats(int from, int to) {
        if (remaining() < to - from) {
            return false;
        }
        int here = position - from;
        int at = from;
        for (; at <= to - Integer.BYTES; at += Integer.BYTES) {
            if (buffer.getInt(at) != buffer.getInt(at + here)) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (buffer.getByte(at) != buffer.getByte(at + here)) {
                return false;
            }
        }
        return true;
    }

    void skip(int length) {
        if (has(length)) {
            position += length;
        }
    }

    /** Reads up to a NUL, which is left out. */
    String nulTerminated() {
        int nul = position;
        while (nul < limit && buffer.getByte(nul) != 0) {
            nul++;
        }
        if (nul >= limit) {
            fail(MalformedReason.UNTERMINATED_NAME);
            return "";
        }
        String text = new String(octets(nul - position), StandardCharsets.ISO_8859_1);
        position++;
        return text;
    }

    boolean knowsVendor(int oui) {
        return knownVendors.contains(oui);
    }

    /**
     * At the start of a multicast LCAF's body: lispers.net puts two octets of padding in front of it, which the length does not count.
     * They show by where the source's AFI stands.
     */
    void skipStrayOctets() {
        if (remaining() >= 20 && end - limit >= 2 && !isAfi(position + 8) && isAfi(position + 10)) {
            position += 2;
            limit += 2;
        }
    }

    private boolean isAfi(int at) {
        return Afi.isKnown(buffer.getShort(at, BIG_ENDIAN) & 0xffff);
    }

    /** Narrows reading to the body of an LCAF; give the result to {@link #leave}. */
    int enter(int length) {
        int outer = limit;
        if (++depth > MAX_LCAF_DEPTH) {
            fail(MalformedReason.NESTED_TOO_DEEP);
        } else if (length > remaining()) {
            fail(MalformedReason.BAD_LCAF_LENGTH);
        } else {
            limit = position + length;
            paddingAllowed = false;
        }
        return outer;
    }

    /** Ends an LCAF, whose body must have been read to its end. */
    void leave(int outer) {
        depth--;
        if (failed()) {
            return;
        }
        if (position != limit && !paddingAllowed) {
            fail(MalformedReason.BAD_LCAF_LENGTH);
            return;
        }
        position = limit;
        limit = outer;
        paddingAllowed = false;
    }

    /** Inside an LCAF the octets after a distinguished name's NUL are ignored (RFC 9735 section 3). */
    void allowPadding(boolean allowed) {
        paddingAllowed = allowed;
    }

    /** Marks the address being read as one to be ignored: its LCAF type is unknown (RFC 9306 section 3). */
    void skipAddress() {
        position = limit;
        skippedAddress = true;
    }

    /** Hands on that the EID of the record just read must be ignored. */
    void skipRecord() {
        skippedAddress = true;
    }

    /** As {@link #takeSkipped()}, without resetting it. */
    boolean isSkipped() {
        return skippedAddress;
    }

    /** Whether the address just read must be ignored. Asking resets it. */
    boolean takeSkipped() {
        boolean skipped = skippedAddress;
        skippedAddress = false;
        return skipped;
    }

    private boolean has(int octets) {
        if (limit - position >= octets) {
            return true;
        }
        fail(limit == end ? MalformedReason.TRUNCATED : MalformedReason.BAD_LCAF_LENGTH);
        return false;
    }
}
