package io.godwit.packet.data;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The LISP header of the data plane (RFC 9300 section 5.1; the P bit and Next Protocol: RFC 9305 section 3). All fields are big-endian.
 *
 * <pre>
 *  0                   1                   2                   3
 * |N|L|E|V|I|P|K|K|            Nonce / Map-Version (24)           |
 * |              Instance ID (24) / LSBs (32 or 8)                |
 * </pre>
 *
 * With P = 1 the low octet of the first word is the Next Protocol, and N, E, V and the two octets before it mean nothing.
 *
 * <p>{@code word0} and {@code word1} are the two words in host order; the getters that take a {@code buffer} read one of them. Every
 * getter gives 0 for a field that its flag does not announce.
 */
public final class LispHeader {
    public static final int LENGTH = 8;
    /** UDP destination port of data packets (RFC 9300 section 5.3). */
    public static final int PORT = 4341;

    /** N: a nonce is present. */
    public static final int NONCE_PRESENT = 0x80000000;
    /** L: Locator-Status-Bits are in use. */
    public static final int LOCATOR_STATUS_BITS_PRESENT = 0x40000000;
    /** E: echo the nonce; only with N. */
    public static final int ECHO_NONCE_REQUEST = 0x20000000;
    /** V: map-versions are present; only without N. */
    public static final int MAP_VERSIONS_PRESENT = 0x10000000;
    /** I: an Instance ID is present. */
    public static final int INSTANCE_ID_PRESENT = 0x08000000;
    /** P: a Next Protocol is present (RFC 9305); reserved and ignored unless GPE is enabled. */
    public static final int NEXT_PROTOCOL_PRESENT = 0x04000000;
    /** KK: key-id of the lisp-crypto key, 0 for clear text (RFC 8061 section 8). */
    public static final int KEY_ID_MASK = 0x03000000;

    /** The Instance ID that marks a control packet inside data encapsulation (NAT traversal). */
    public static final int CONTROL_INSTANCE_ID = 0xffffff;

    private static final int FIELD_MASK = 0x00ffffff;

    private LispHeader() {}

    public static int word0(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset, BIG_ENDIAN);
    }

    public static int word1(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + 4, BIG_ENDIAN);
    }

    public static boolean hasNonce(int word0) {
        return (word0 & NONCE_PRESENT) != 0;
    }

    /** V, but not when N is set too: then the field is a nonce (RFC 9300 section 5.3). */
    public static boolean hasMapVersions(int word0) {
        return (word0 & (NONCE_PRESENT | MAP_VERSIONS_PRESENT)) == MAP_VERSIONS_PRESENT;
    }

    /** E, which counts only with N. */
    public static boolean requestsEcho(int word0) {
        int both = NONCE_PRESENT | ECHO_NONCE_REQUEST;
        return (word0 & both) == both;
    }

    public static boolean hasLocatorStatusBits(int word0) {
        return (word0 & LOCATOR_STATUS_BITS_PRESENT) != 0;
    }

    public static boolean hasInstanceId(int word0) {
        return (word0 & INSTANCE_ID_PRESENT) != 0;
    }

    public static boolean hasNextProtocol(int word0) {
        return (word0 & NEXT_PROTOCOL_PRESENT) != 0;
    }

    /** 0 for clear text, 1..3 otherwise. */
    public static int keyId(int word0) {
        return (word0 & KEY_ID_MASK) >>> 24;
    }

    /** 24 bits. */
    public static int nonce(int word0) {
        return hasNonce(word0) ? word0 & FIELD_MASK : 0;
    }

    /** 12 bits. */
    public static int sourceMapVersion(int word0) {
        return hasMapVersions(word0) ? word0 >>> 12 & 0xfff : 0;
    }

    /** 12 bits. */
    public static int destinationMapVersion(int word0) {
        return hasMapVersions(word0) ? word0 & 0xfff : 0;
    }

    /** RFC 9305 section 3: {@link LispGpe} names the values. */
    public static int nextProtocol(int word0) {
        return hasNextProtocol(word0) ? word0 & 0xff : 0;
    }

    /** 24 bits. */
    public static int instanceId(int word0, int word1) {
        return hasInstanceId(word0) ? word1 >>> 8 : 0;
    }

    /** 32 bits, or 8 when an Instance ID is present. Bit 0, the least significant, is the first locator. */
    public static int locatorStatusBits(int word0, int word1) {
        if (!hasLocatorStatusBits(word0)) {
            return 0;
        }
        return hasInstanceId(word0) ? word1 & 0xff : word1;
    }

    public static int instanceId(DirectBuffer buffer, int offset) {
        return instanceId(word0(buffer, offset), word1(buffer, offset));
    }

    public static int locatorStatusBits(DirectBuffer buffer, int offset) {
        return locatorStatusBits(word0(buffer, offset), word1(buffer, offset));
    }

    /** A first word with N and the low 24 bits of {@code nonce}; add {@link #ECHO_NONCE_REQUEST} to ask for the echo. */
    public static int withNonce(int nonce) {
        return NONCE_PRESENT | (nonce & FIELD_MASK);
    }

    /** A first word with V and the low 12 bits of each version. */
    public static int withMapVersions(int source, int destination) {
        return MAP_VERSIONS_PRESENT | (source & 0xfff) << 12 | (destination & 0xfff);
    }

    /** A first word with P and a Next Protocol. */
    public static int withNextProtocol(int nextProtocol) {
        return NEXT_PROTOCOL_PRESENT | (nextProtocol & 0xff);
    }

    /** The second word of a header with I: 24 bits of Instance ID and 8 of status bits (0 unless L is set). */
    public static int instanceWord(int instanceId, int locatorStatusBits) {
        return instanceId << 8 | (locatorStatusBits & 0xff);
    }

    /** The plainest header: all zero, or with I when {@code instanceId} is not 0. */
    public static void put(MutableDirectBuffer buffer, int offset, int instanceId) {
        put(buffer, offset, instanceId == 0 ? 0 : INSTANCE_ID_PRESENT, instanceWord(instanceId, 0));
    }

    public static void put(MutableDirectBuffer buffer, int offset, int word0, int word1) {
        buffer.putLong(offset, (long) word0 << 32 | (word1 & 0xffffffffL), BIG_ENDIAN);
    }
}
