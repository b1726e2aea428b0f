package io.godwit.bench.tunnel;

import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Network;
import io.godwit.linux.Poller;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends or receives UDP datagrams as fast as the kernel takes and gives them one by one: sendmmsg and recvmmsg, no segmentation and no coalescing, and a receive buffer
 * that is large enough for a receiver that shares its processor. Each line on standard input is an order and gets one line back.
 *
 * <pre>
 *   sender:   SOURCE DESTINATION FLOWS OCTETS MILLIS      ->  datagrams sent
 *             connect HOST PORT MILLIS                    ->  microseconds until TCP was connected, or -1
 *   receiver: reset                                       ->  0
 *             count                                       ->  datagrams received since
 * </pre>
 */
final class UdpLoad {
    static final int PORT = 5300;

    private static final int BUFFER = 8 << 20;
    private static final int DATAGRAM = 2_048;
    private static final int TTL = 64;
    private static final int BURST = 16;
    /** That wait to be accepted, for ever. */
    private static final int CONNECTIONS = 4_096;

    private static final Network NETWORK = new LinuxNetwork();

    private final AtomicLong received = new AtomicLong();

    private UdpLoad() {}

    public static void main(String[] arguments) throws IOException {
        UdpLoad load = new UdpLoad();
        ServerSocket listener = null;
        boolean receives = arguments[0].equals("receive");
        if (receives) {
            Thread.ofPlatform().daemon().start(load::receive);
            listener = new ServerSocket(PORT, CONNECTIONS);
        }
        System.out.println("ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            System.out.println(receives ? load.answer(order) : carryOut(order.split(" ", -1)));
        }
        if (listener != null) {
            listener.close();
        }
    }

    private static UdpBatchSocket open(String address, int port) {
        UdpOptions options = new UdpOptions(false, false, false, false, false, BUFFER);
        return NETWORK.openUdp(IpAddress.parse(address).toInetAddress(), port, options);
    }

    private static long carryOut(String[] order) {
        return order[0].equals("connect")
                ? connect(order[1], Integer.parseInt(order[2]), Integer.parseInt(order[3]))
                : send(order);
    }

    private static long connect(String host, int port, int millis) {
        long start = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), millis);
            return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        } catch (IOException e) {
            return -1;
        }
    }

    private static long send(String[] order) {
        int flows = Integer.parseInt(order[2]);
        int octets = Integer.parseInt(order[3]);
        long destination = ((Ipv4Address) IpAddress.parse(order[1])).value() & 0xffff_ffffL;
        List<UdpBatchSocket> sockets = new ArrayList<>();
        try (NativeMemory memory = NativeMemory.allocate(DATAGRAM)) {
            for (int i = 0; i < flows; i++) {
                sockets.add(open(order[0], 0));
            }
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(order[4]));
            long sent = 0;
            while (System.nanoTime() < end) {
                for (UdpBatchSocket socket : sockets) {
                    for (int i = 0; i < (flows == 1 ? UdpBatchSocket.BATCH : BURST); i++) {
                        socket.offer(memory.address(), octets, 0, destination, PORT, TTL, 0, 0);
                    }
                    sent += socket.flush();
                }
            }
            return sent;
        } finally {
            sockets.forEach(UdpBatchSocket::close);
        }
    }

    private long answer(String order) {
        if (order.equals("reset")) {
            received.set(0);
        }
        return received.get();
    }

    private void receive() {
        try (NativeMemory memory = NativeMemory.allocate((long) UdpBatchSocket.BATCH * DATAGRAM);
                UdpBatchSocket socket = open("0.0.0.0", PORT);
                Poller poller = NETWORK.poller(List.of(socket))) {
            for (int i = 0; i < UdpBatchSocket.BATCH; i++) {
                socket.addBuffer(memory.address() + (long) i * DATAGRAM, DATAGRAM);
            }
            while (true) {
                int count = socket.receive();
                if (count > 0) {
                    received.addAndGet(count);
                } else {
                    poller.await(-1);
                }
            }
        }
    }
}
