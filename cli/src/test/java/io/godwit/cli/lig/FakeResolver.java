package io.godwit.cli.lig;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.agrona.concurrent.UnsafeBuffer;

/** A mapping system in one socket: the Map-Reply goes where the ECM's inner header says. */
public final class FakeResolver implements AutoCloseable {
    private final DatagramChannel channel = DatagramChannel.open();
    private final List<EncapsulatedControlMessage> asked = new CopyOnWriteArrayList<>();
    private final BiFunction<MapRequest, Integer, List<MapReply>> answers;

    /** @param answers for a Map-Request, and how many came before it */
    public FakeResolver(IpAddress address, BiFunction<MapRequest, Integer, List<MapReply>> answers) throws IOException {
        this.answers = answers;
        channel.bind(new InetSocketAddress(address.toInetAddress(), 0));
        Thread thread = new Thread(this::serve, "resolver");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    public List<EncapsulatedControlMessage> asked() {
        return asked;
    }

    private void serve() {
        ByteBuffer memory = ByteBuffer.allocate(65_536);
        UnsafeBuffer buffer = new UnsafeBuffer(memory);
        try {
            while (true) {
                channel.receive(memory.clear());
                if (ControlCodec.decode(buffer, 0, memory.position()) instanceof EncapsulatedControlMessage ecm
                        && ecm.message() instanceof MapRequest request) {
                    int before = asked.size();
                    asked.add(ecm);
                    IpAddress itr = (IpAddress) request.itrRlocs().getFirst();
                    for (MapReply reply : answers.apply(request, before)) {
                        int length = ControlCodec.encode(reply, buffer, 0);
                        channel.send(
                                memory.clear().limit(length),
                                new InetSocketAddress(itr.toInetAddress(), ecm.sourcePort()));
                    }
                }
            }
        } catch (IOException e) {
            if (channel.isOpen()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
