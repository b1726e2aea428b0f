package io.godwit.daemon.net.memory;

import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A datagram on a {@link MemoryNetwork}.
 *
 * @param sentAt {@link VirtualTimers#nanoTime()}
 * @param payload do not change it
 */
public record Datagram(long sentAt, Endpoint from, Endpoint to, byte[] payload) {
    /** Payload read as a control message. */
    public ControlMessage message() {
        return ControlCodec.decode(new UnsafeBuffer(payload), 0, payload.length);
    }
}
