package io.godwit.xtr.wire;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Somebody in the world of a {@link KernelXtr} who speaks LISP. */
final class WorldSocket implements AutoCloseable {
    private final DatagramSocket socket;
    private final MessageAuthentication authentication = new MessageAuthentication();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1500]);

    /** @param authentic whether it is signed with {@link KernelXtr#KEY} */
    record Received(IpAddress from, ControlMessage message, boolean authentic) {}

    WorldSocket(KernelXtr xtr, String address) {
        socket = xtr.world.call(
                () -> new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), ControlCodec.PORT)));
    }

    void send(ControlMessage message, String to) throws IOException {
        send(ControlCodec.encode(message, buffer, 0), to);
    }

    void sendSigned(AuthenticatedMessage message, String to) throws IOException {
        send(authentication.encodeSigned(message, KernelXtr.KEY, buffer, 0), to);
    }

    private void send(int length, String to) throws IOException {
        byte[] payload = new byte[length];
        buffer.getBytes(0, payload);
        socket.send(new DatagramPacket(payload, length, InetAddress.getByName(to), ControlCodec.PORT));
    }

    /** Null when nothing comes in time. */
    @Nullable
    Received next(int millis) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        try {
            socket.setSoTimeout(millis);
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return null;
        }
        UnsafeBuffer bytes = new UnsafeBuffer(packet.getData());
        return new Received(
                IpAddress.of(packet.getAddress()),
                ControlCodec.decode(bytes, 0, packet.getLength()),
                authentication.verify(bytes, 0, packet.getLength(), KernelXtr.KEY));
    }

    @Override
    public void close() {
        socket.close();
    }
}
