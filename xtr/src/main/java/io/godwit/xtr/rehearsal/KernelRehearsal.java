package io.godwit.xtr.rehearsal;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Netlink;
import io.godwit.linux.Network;
import io.godwit.packet.address.IpAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a move asks of the kernel, asked so that nothing comes of it: an interface that cannot be, a table that nobody uses. The way to the
 * kernel and back is what takes long the first time.
 */
final class KernelRehearsal {
    private static final int ROUNDS = 150;
    /** No link has it; the kernel refuses. */
    private static final int NO_INTERFACE = Integer.MAX_VALUE;

    private static final int MESSAGE = 128;
    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

    private static final int NO_TABLE = 0x47574454;
    private static final byte[] MAC = {2, 0, 0, 0, 0, 5};
    private static final List<String> HOSTS = List.of("192.0.2.5", "2001:db8::5");

    private KernelRehearsal() {}

    static void run(Network network) {
        try (Netlink kernel = network.netlink()) {
            for (int i = 0; i < ROUNDS; i++) {
                for (String host : HOSTS) {
                    come(kernel, IpAddress.parse(host).toInetAddress());
                }
            }
        }
        try (ControlThread thread = new ControlThread("rehearsal-net")) {
            talk(NettyControlTransport.open(thread.loop(), List.of(LOOPBACK), 0), thread);
        }
    }

    /** Messages to ourselves. */
    private static void talk(NettyControlTransport transport, ControlThread thread) {
        try {
            Endpoint self = new Endpoint(LOOPBACK, transport.localPort());
            UnsafeBuffer message = new UnsafeBuffer(new byte[MESSAGE]);
            for (int i = 0; i < ROUNDS; i++) {
                var _ = thread.loop()
                        .submit(() -> transport.send(message, 0, MESSAGE, self))
                        .syncUninterruptibly();
            }
        } finally {
            transport.close();
        }
    }

    private static void come(Netlink kernel, InetAddress host) {
        var route = new Netlink.Route(
                host,
                host.getAddress().length * Byte.SIZE,
                NO_INTERFACE,
                Optional.empty(),
                NO_TABLE,
                1,
                Netlink.PROTOCOL_GODWIT);
        refused(() -> kernel.setNeighbour(new Netlink.Neighbour(NO_INTERFACE, host, MAC), false));
        refused(() -> kernel.addRoute(route));
        refused(() -> kernel.removeRoute(route));
        refused(() -> kernel.removeNeighbour(NO_INTERFACE, host));
    }

    private static void refused(Runnable change) {
        try {
            change.run();
        } catch (LinuxException e) {
            // As it should be.
        }
    }
}
