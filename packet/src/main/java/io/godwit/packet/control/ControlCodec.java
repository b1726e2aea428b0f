package io.godwit.packet.control;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Between UDP payloads of port 4342 and {@link ControlMessage}s. Stateless. */
public final class ControlCodec {
    /** UDP port of control messages (RFC 9301 section 5). */
    public static final int PORT = 4342;

    private ControlCodec() {}

    /**
     * Decodes a UDP payload. Never throws on any content and never reads outside {@code [offset, offset + length)}; what cannot be a
     * message comes back as {@link MalformedMessage}.
     */
    public static ControlMessage decode(DirectBuffer buffer, int offset, int length) {
        throw new IllegalStateException("the codec is being built");
    }

    /**
     * Encodes a message, with the authentication data it holds as it is.
     *
     * @return octets written
     */
    public static int encode(ControlMessage message, MutableDirectBuffer buffer, int offset) {
        throw new IllegalStateException("the codec is being built");
    }
}
