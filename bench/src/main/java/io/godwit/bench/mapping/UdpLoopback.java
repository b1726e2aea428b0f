package io.godwit.bench.mapping;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.mapserver.MapServer;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.HdrHistogram.Histogram;

/** A map-server behind a UDP socket, and an ITR that keeps it busy over the loopback interface. */
final class UdpLoopback {
    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final int WINDOW = 256;
    private static final int SOCKET_OCTETS = 8 << 20;
    private static final int NONCE_OFFSET = 4;
    private static final int RING = 1 << 17;
    private static final long SILENCE_NANOS = 1_000_000_000L;
    private static final int MAX_SILENCES = 5;
    /** 127.1.0.0: every address of the loopback network is at home here. */
    private static final int FIRST_ITR = 0x7f01_0000;

    /** @param perCpuSecond replies per CPU-second of the map-server's thread */
    record Result(double perCpuSecond, double perSecond, Histogram roundTripNanos) {}

    private UdpLoopback() {}

    static Result run(int eids, int replies) throws IOException, InterruptedException, ExecutionException {
        try (ControlThread thread = new ControlThread("bench-map-server");
                NettyControlTransport transport = NettyControlTransport.open(thread.loop(), List.of(LOOPBACK), 0);
                DatagramChannel itr = DatagramChannel.open();
                DatagramChannel answers = DatagramChannel.open()) {
            long threadId = thread.loop()
                    .submit(() -> {
                        MapServer server = Bed.server(Optional.empty(), transport, thread.timers());
                        server.start();
                        return Thread.currentThread().threadId();
                    })
                    .get();
            answers.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_OCTETS).bind(new InetSocketAddress(0));
            itr.connect(new InetSocketAddress(LOOPBACK.toInetAddress(), transport.localPort()));
            load(itr, eids);
            drive(itr, answers, requests(eids, answers, FIRST_ITR + RING), replies / 4);
            CpuClock clock = CpuClock.start(threadId);
            Histogram roundTrips = drive(itr, answers, requests(eids, answers, FIRST_ITR), replies);
            return new Result(clock.perCpuSecond(replies), clock.perSecond(replies), roundTrips);
        }
    }

    private static void load(DatagramChannel itr, int eids) throws IOException {
        Datagrams registers = new Messages().registers(0, eids, 20, 0);
        ByteBuffer answer = ByteBuffer.allocateDirect(4096);
        for (int i = 0; i < registers.size(); i++) {
            itr.write(octets(registers, i));
            itr.read(answer.clear());
        }
    }

    /** Sends another request for each answer. What is not answered within a second is sent no more, and must stay rare. */
    private static Histogram drive(DatagramChannel itr, DatagramChannel answers, ByteBuffer[] ring, int replies)
            throws IOException {
        answers.configureBlocking(false);
        long[] sentAt = new long[ring.length];
        Histogram roundTrips = new Histogram(3);
        ByteBuffer answer = ByteBuffer.allocateDirect(4096);
        int sent = 0;
        int gone = 0;
        int silences = 0;
        for (int received = 0; received < replies; ) {
            while (sent - gone - received < WINDOW) {
                int slot = sent++ % ring.length;
                sentAt[slot] = System.nanoTime();
                itr.write(ring[slot].rewind());
            }
            if (receive(answers, answer)) {
                int slot = (int) answer.getLong(NONCE_OFFSET);
                roundTrips.recordValue(System.nanoTime() - sentAt[slot]);
                received++;
            } else if (++silences > MAX_SILENCES) {
                throw new IllegalStateException(
                        "the map-server does not answer any more, after " + received + " replies of " + replies);
            } else {
                gone = sent - received;
            }
        }
        for (int open = sent - gone - replies; open > 0 && receive(answers, answer); open--) {
            answer.clear();
        }
        return roundTrips;
    }

    /** False when nothing came for a second. */
    private static boolean receive(DatagramChannel answers, ByteBuffer answer) throws IOException {
        long deadline = System.nanoTime() + SILENCE_NANOS;
        while (answers.receive(answer.clear()) == null) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /** Each from another ITR, so that no limit of repetitions applies; the nonce is the place in the ring. */
    private static ByteBuffer[] requests(int eids, DatagramChannel answers, int firstItr) throws IOException {
        int port = ((InetSocketAddress) answers.getLocalAddress()).getPort();
        Messages messages = new Messages();
        ByteBuffer[] ring = new ByteBuffer[RING];
        for (int i = 0; i < ring.length; i++) {
            int length = messages.request(i, i % eids, new Ipv4Address(firstItr + i), port);
            ring[i] = ByteBuffer.allocateDirect(length);
            messages.buffer().getBytes(0, ring[i], 0, length);
        }
        return ring;
    }

    private static ByteBuffer octets(Datagrams datagrams, int index) {
        ByteBuffer octets = ByteBuffer.allocateDirect(datagrams.length(index));
        datagrams.buffer(index).getBytes(datagrams.offset(index), octets, 0, datagrams.length(index));
        octets.rewind();
        return octets;
    }
}
