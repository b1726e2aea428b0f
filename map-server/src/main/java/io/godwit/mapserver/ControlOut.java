package io.godwit.mapserver;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import java.util.Collection;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Encodes and sends. One buffer serves all messages: a message is gone from it when the call returns. */
public final class ControlOut {
    /** The largest UDP payload; a message of 255 records does not come near it. */
    private static final int CAPACITY = 65_507;

    private final ControlTransport transport;
    private final MessageAuthentication authentication = new MessageAuthentication();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CAPACITY]);

    public ControlOut(ControlTransport transport) {
        this.transport = transport;
    }

    public void send(ControlMessage message, Endpoint remote) {
        transport.send(buffer, 0, ControlCodec.encode(message, buffer, 0), remote);
    }

    public void sendSigned(AuthenticatedMessage message, AuthenticationKey key, Endpoint remote) {
        transport.send(buffer, 0, authentication.encodeSigned(message, key, buffer, 0), remote);
    }

    /** As {@link #sendSigned}, from the address that the peer wrote to, if it is one that was bound. */
    public void sendSigned(AuthenticatedMessage message, AuthenticationKey key, IpAddress local, Endpoint remote) {
        if (transport.localAddresses().contains(local)) {
            transport.send(buffer, 0, authentication.encodeSigned(message, key, buffer, 0), local, remote);
        } else {
            sendSigned(message, key, remote);
        }
    }

    /** Octets that the message takes. */
    public int size(ControlMessage message) {
        return ControlCodec.encode(message, buffer, 0);
    }

    /** Puts an ECM header without flags before the inner packet, which goes out octet by octet as it is (RFC 9301 section 5.8). */
    public void sendEncapsulated(DirectBuffer inner, int offset, int length, Endpoint remote) {
        buffer.putInt(0, 0x80, java.nio.ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(4, inner, offset, length);
        transport.send(buffer, 0, 4 + length, remote);
    }

    public boolean verify(DirectBuffer message, int offset, int length, AuthenticationKey key) {
        return authentication.verify(message, offset, length, key);
    }

    /** The first address that there is a socket for. */
    public Optional<IpAddress> reachable(Collection<? extends LispAddress> addresses) {
        for (LispAddress address : addresses) {
            if (address instanceof IpAddress ip && hasFamily(ip)) {
                return Optional.of(ip);
            }
        }
        return Optional.empty();
    }

    public boolean hasFamily(IpAddress address) {
        return transport.localAddresses().stream().anyMatch(local -> local.bits() == address.bits());
    }
}
