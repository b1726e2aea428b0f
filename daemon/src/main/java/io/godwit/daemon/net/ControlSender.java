package io.godwit.daemon.net;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes control messages through one buffer and sends them. Owned by the control thread. A message longer than a datagram is a mistake
 * of the caller: {@link IndexOutOfBoundsException}.
 */
public final class ControlSender {
    private static final int MAX_PAYLOAD = 65_507;
    /** Type 8, no flags. */
    private static final int ECM_HEADER = 8 << 28;

    private static final int DDT = 1 << 26;
    private static final int ECM_HEADER_LENGTH = 4;

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

    /**
     * Sends an inner IP packet on in a new ECM without flags, octet by octet as it came (RFC 9301 section 5.8).
     *
     * @param inner where its IP header begins
     */
    public void sendEncapsulated(DirectBuffer inner, int offset, int length, Endpoint remote) {
        sendEncapsulated(ECM_HEADER, inner, offset, length, remote);
    }

    /** As {@link #sendEncapsulated}, with the D bit: a DDT Map-Request (RFC 8111 section 5). */
    public void sendDdtRequest(DirectBuffer inner, int offset, int length, Endpoint remote) {
        sendEncapsulated(ECM_HEADER | DDT, inner, offset, length, remote);
    }

    private void sendEncapsulated(int header, DirectBuffer inner, int offset, int length, Endpoint remote) {
        buffer.putInt(0, header, ByteOrder.BIG_ENDIAN);
        buffer.putBytes(ECM_HEADER_LENGTH, inner, offset, length);
        transport.send(buffer, 0, ECM_HEADER_LENGTH + length, remote);
    }

    /** Octets the message takes as a UDP payload. */
    public int size(ControlMessage message) {
        return ControlCodec.encode(message, buffer, 0);
    }

    /** As {@link MessageAuthentication#verify}. */
    public boolean verify(DirectBuffer message, int offset, int length, AuthenticationKey key) {
        return authentication.verify(message, offset, length, key);
    }

    /** Whether a socket of the address's family is bound. */
    public boolean canReach(IpAddress address) {
        for (IpAddress local : transport.localAddresses()) {
            if (local.bits() == address.bits()) {
                return true;
            }
        }
        return false;
    }

    /** The first of the addresses that {@link #canReach} says yes to: of a Map-Request's ITR-RLOCs, where the answer goes. */
    public Optional<IpAddress> firstReachable(List<? extends LispAddress> addresses) {
        for (LispAddress address : addresses) {
            if (address instanceof IpAddress ip && canReach(ip)) {
                return Optional.of(ip);
            }
        }
        return Optional.empty();
    }
}
