package io.godwit.packet.auth;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.XtrIdentity;
import java.security.MessageDigest;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Signs and verifies Map-Register, Map-Notify and Map-Notify-Ack. One instance a thread: it keeps its MAC engines. */
public final class MessageAuthentication {
    private static final int KEY_ID_OFFSET = 12;
    private static final int ALGORITHM_OFFSET = 13;
    private static final int LENGTH_OFFSET = 14;
    private static final int DATA_OFFSET = 16;
    private static final int REGISTER_IDENTITY = 0x02;
    private static final int NOTIFY_IDENTITY = 0x08;

    private final boolean acceptLiteralCoverage;
    private final MacEngines engines = new MacEngines();
    private byte[] scratch = new byte[2048];

    public MessageAuthentication() {
        this(false);
    }

    /**
     * @param acceptLiteralCoverage also accept a MAC over the message without its xTR-ID trailer, as the text of RFC 9301 section 5.6
     *     has it and no peer does; the trailer is then unauthenticated
     */
    public MessageAuthentication(boolean acceptLiteralCoverage) {
        this.acceptLiteralCoverage = acceptLiteralCoverage;
    }

    /**
     * Encodes {@code message} with {@code key}'s key-id, algorithm and MAC in place of the message's own authentication data.
     *
     * @return octets written
     */
    public int encodeSigned(
            AuthenticatedMessage message, AuthenticationKey key, MutableDirectBuffer buffer, int offset) {
        AuthenticationAlgorithm algorithm = key.algorithm();
        int macLength = key.fullLengthMac() ? algorithm.fullLength() : algorithm.truncatedLength();
        AuthenticationData zeroed = new AuthenticationData(key.keyId(), algorithm.id(), new byte[macLength]);
        int length = ControlCodec.encode(with(message, zeroed), buffer, offset);
        if (macLength > 0) {
            copyZeroed(buffer, offset, length, macLength);
            buffer.putBytes(offset + DATA_OFFSET, engines.mac(key, scratch, length), 0, macLength);
        }
        return length;
    }

    /**
     * Whether the encoded message at {@code [offset, offset + length)} was signed with {@code key}: key-id, algorithm, an acceptable MAC
     * length, and the MAC in constant time. Covers the xTR-ID trailer as peers do. Does not change the buffer.
     */
    public boolean verify(DirectBuffer buffer, int offset, int length, AuthenticationKey key) {
        if (length < DATA_OFFSET) {
            return false;
        }
        AuthenticationAlgorithm algorithm = key.algorithm();
        int macLength = buffer.getShort(offset + LENGTH_OFFSET, BIG_ENDIAN) & 0xffff;
        boolean acceptable = (buffer.getByte(offset + KEY_ID_OFFSET) & 0xff) == key.keyId()
                && (buffer.getByte(offset + ALGORITHM_OFFSET) & 0xff) == algorithm.id()
                && (macLength == algorithm.truncatedLength() || macLength == algorithm.fullLength())
                && macLength <= length - DATA_OFFSET;
        if (!acceptable || macLength == 0) {
            return acceptable;
        }
        copyZeroed(buffer, offset, length, macLength);
        byte[] received = new byte[macLength];
        buffer.getBytes(offset + DATA_OFFSET, received);
        if (matches(received, engines.mac(key, scratch, length))) {
            return true;
        }
        return acceptLiteralCoverage
                && hasIdentity(buffer.getByte(offset))
                && length - DATA_OFFSET - macLength >= XtrIdentity.LENGTH
                && matches(received, engines.mac(key, scratch, length - XtrIdentity.LENGTH));
    }

    private static boolean hasIdentity(byte firstOctet) {
        int bit = firstOctet >>> 4 == 3 ? REGISTER_IDENTITY : NOTIFY_IDENTITY;
        return (firstOctet & bit) != 0;
    }

    private static boolean matches(byte[] received, byte[] computed) {
        return MessageDigest.isEqual(received, Arrays.copyOf(computed, received.length));
    }

    /** The message in {@link #scratch}, its authentication data zero. */
    private void copyZeroed(DirectBuffer buffer, int offset, int length, int macLength) {
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        buffer.getBytes(offset, scratch, 0, length);
        Arrays.fill(scratch, DATA_OFFSET, DATA_OFFSET + macLength, (byte) 0);
    }

    private static AuthenticatedMessage with(AuthenticatedMessage message, AuthenticationData data) {
        return switch (message) {
            case MapRegister m -> new MapRegister(m.flags(), m.nonce(), data, m.records(), m.identity());
            case MapNotify m -> new MapNotify(m.nonce(), data, m.records(), m.identity());
            case MapNotifyAck m -> new MapNotifyAck(m.nonce(), data, m.records(), m.identity());
        };
    }
}
