package io.godwit.packet.auth;

import io.godwit.packet.control.AuthenticatedMessage;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Signs and verifies Map-Register, Map-Notify and Map-Notify-Ack. One instance a thread: it keeps its MAC engines. */
public final class MessageAuthentication {

    /**
     * Encodes {@code message} with {@code key}'s key-id, algorithm and MAC in place of the message's own authentication data.
     *
     * @return octets written
     */
    public int encodeSigned(
            AuthenticatedMessage message, AuthenticationKey key, MutableDirectBuffer buffer, int offset) {
        throw new IllegalStateException("the codec is being built");
    }

    /**
     * Whether the encoded message at {@code [offset, offset + length)} was signed with {@code key}: key-id, algorithm, an acceptable MAC
     * length, and the MAC in constant time. Covers the xTR-ID trailer as peers do. Does not change the buffer.
     */
    public boolean verify(DirectBuffer buffer, int offset, int length, AuthenticationKey key) {
        throw new IllegalStateException("the codec is being built");
    }
}
