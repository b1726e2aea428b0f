package io.godwit.xtr.wire;

import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.NetworkNamespace;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.DataPlaneConfig;
import io.godwit.xtr.RingDataPlane;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** A router in a namespace, with a host on it (10.1.0.1, 2001:db8:1::1) that sends to 10.2.0.0/16 and 2001:db8:2::/48. */
final class KernelSite implements AutoCloseable {
    static final String OWN4 = "192.0.2.2";
    static final String OWN6 = "2001:db8:f::2";
    /** Another address of the router, which is no RLOC. */
    static final String OTHER4 = "192.0.2.99";

    static final String PEER4 = "192.0.2.1";
    static final String PEER6 = "2001:db8:f::1";

    private static final AtomicInteger COUNT = new AtomicInteger();

    final NetworkNamespace namespace;
    final Wire wire;
    final RingDataPlane plane;

    KernelSite(UnaryOperator<DataPlaneConfig> change) {
        namespace = NetworkNamespace.create("gwrules" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet());
        wire = namespace.call(() -> new Wire(new LinuxNetwork(), "core0"));
        ip("link set core0 up");
        ip("addr add " + OWN4 + "/24 dev core0");
        ip("addr add " + OTHER4 + "/24 dev core0");
        ip("addr add " + OWN6 + "/64 dev core0 nodad");
        ip("addr add 10.1.0.1/32 dev lo");
        ip("addr add 2001:db8:1::1/128 dev lo nodad");
        DataPlaneConfig config = DataPlaneConfig.of(
                List.of(IpAddress.parse(OWN4), IpAddress.parse(OWN6)),
                List.of(new DataPlaneConfig.Instance(0, "lisp0")));
        plane = namespace.call(
                () -> RingDataPlane.create(new LinuxNetwork(), change.apply(config), SystemNanoClock.INSTANCE));
        ip("link set lisp0 up");
        ip("link set lisp0 mtu 1444");
        ip("route add 10.2.0.0/16 dev lisp0 src 10.1.0.1");
        ip("route add 2001:db8:2::/48 dev lisp0 src 2001:db8:1::1");
        plane.start(() -> {});
        plane.put(EidPrefix.parse("10.1.0.1"), new Forwarding.Local());
        plane.put(EidPrefix.parse("2001:db8:1::1"), new Forwarding.Local());
    }

    void remote(String eid, String locator) {
        plane.put(EidPrefix.parse(eid), new Forwarding.Remote(List.of(new Locator(IpAddress.parse(locator), 1, 1))));
    }

    String ip(String arguments) {
        return ip(namespace, arguments);
    }

    static String ip(NetworkNamespace namespace, String arguments) {
        List<String> words = new ArrayList<>(List.of("ip", "-n", namespace.name()));
        words.addAll(Arrays.asList(arguments.split(" ", -1)));
        return run(words);
    }

    String exec(String... command) {
        return exec(namespace, command);
    }

    static String exec(NetworkNamespace namespace, String... command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace.name()));
        words.addAll(Arrays.asList(command));
        return run(words);
    }

    private static String run(List<String> words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(words + ": " + output);
            }
            return output;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(words.toString(), e);
        }
    }

    /** A UDP socket of the host, or of the router. */
    DatagramSocket socket(String address, int port) {
        return namespace.call(() -> new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), port)));
    }

    static void send(DatagramSocket socket, String to, int octets) throws IOException {
        byte[] payload = new byte[octets];
        Arrays.fill(payload, (byte) 0x5a);
        socket.send(new DatagramPacket(payload, octets, InetAddress.getByName(to), 7777));
    }

    static byte @Nullable [] receive(DatagramSocket socket, int millis) throws IOException {
        try {
            socket.setSoTimeout(millis);
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException | SocketException e) {
            return null;
        }
    }

    long count(Counter counter) {
        return plane.counters().getOrDefault(counter.shown(), -1L);
    }

    long count(DropReason reason) {
        return plane.counters().getOrDefault(reason.shown(), -1L);
    }

    void await(BooleanSupplier state, String what) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no " + what + "; " + plane.counters());
            }
            LockSupport.parkNanos(20_000);
        }
    }

    @Override
    public void close() {
        plane.close();
        wire.close();
        namespace.close();
    }
}
