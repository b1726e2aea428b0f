package io.godwit.daemon.net;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes control messages through one buffer and sends them. Owned by the control thread. A message longer than a datagram is a mistake
 * of the caller: {@link IndexOutOfBoundsException}.
 */
public final class ControlSender {
    private static final int MAX_PAYLOAD = 65_507;

    private final ControlTransport transport;
    private final MessageAuthentication authentication;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MAX_PAYLOAD]);

    public ControlSender(ControlTransport transport, MessageAuthentication authentication) {
        this.transport = transport;
        this.authentication = authentication;
    }

    public ControlTransport transport() {
        return transport;
    }

    public void send(ControlMessage message, Endpoint remote) {
        transport.send(buffer, 0, ControlCodec.encode(message, buffer, 0), remote);
    }

    public void send(ControlMessage message, IpAddress local, Endpoint remote) {
        transport.send(buffer, 0, ControlCodec.encode(message, buffer, 0), local, remote);
    }

    /** Signs with {@code key}, whatever authentication data the message holds. */
    public void sendSigned(AuthenticatedMessage message, AuthenticationKey key, Endpoint remote) {
        transport.send(buffer, 0, authentication.encodeSigned(message, key, buffer, 0), remote);
    }

    public void sendSigned(AuthenticatedMessage message, AuthenticationKey key, IpAddress local, Endpoint remote) {
        transport.send(buffer, 0, authentication.encodeSigned(message, key, buffer, 0), local, remote);
    }
}
