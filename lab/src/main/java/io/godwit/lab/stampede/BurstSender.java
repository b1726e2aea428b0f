package io.godwit.lab.stampede;

import io.godwit.lab.traffic.FlowLog;
import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import io.godwit.packet.address.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends numbered datagrams at a rate that one system call a packet does not reach: what is due each millisecond leaves in one call, to one
 * destination as a super-packet. What a late thread has missed is not caught up.
 */
final class BurstSender {
    static final int PORT = 7003;
    static final int PAYLOAD = 64;
    private static final int BURST = 40;
    private static final int HOP_LIMIT = 64;
    private static final long TICK_NANOS = 1_000_000;
    private static final long LATE_NANOS = 20_000_000;
    private static final int BUFFER = 8 << 20;

    private final UdpBatchSocket socket;
    private final FlowLog log;
    private final NativeMemory memory = NativeMemory.allocate((long) UdpBatchSocket.BATCH * BURST * PAYLOAD);
    private final UnsafeBuffer buffer = new UnsafeBuffer(memory.address(), (int) memory.length());
    private final List<long[]> destinations;
    private int sequence;
    private int turn;

    private BurstSender(UdpBatchSocket socket, FlowLog log, List<long[]> destinations) {
        this.socket = socket;
        this.log = log;
        this.destinations = destinations;
    }

    /** Arguments: log file, packets a second, seconds, own address, first destination, number of destinations that follow one another. */
    public static void main(String[] arguments) {
        int rate = Integer.parseInt(arguments[1]);
        int seconds = Integer.parseInt(arguments[2]);
        UdpBatchSocket socket = new LinuxNetwork()
                .openUdp(
                        IpAddress.parse(arguments[3]).toInetAddress(),
                        PORT,
                        new UdpOptions(false, false, false, true, false, BUFFER));
        FlowLog log = FlowLog.create(Path.of(arguments[0]), Math.multiplyExact(rate, seconds));
        new BurstSender(socket, log, destinations(arguments[4], Integer.parseInt(arguments[5]))).run(rate);
    }

    private static List<long[]> destinations(String first, int count) {
        List<long[]> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteBuffer octets =
                    ByteBuffer.wrap(Herd.address(first, i).toBytes()).order(ByteOrder.BIG_ENDIAN);
            all.add(new long[] {octets.getLong(), octets.getLong()});
        }
        return all;
    }

    private void run(int rate) {
        long start = System.nanoTime();
        long counted = 0;
        while (sequence < log.capacity()) {
            long now = System.nanoTime();
            if (now - start - counted * 1_000_000_000L / rate > LATE_NANOS) {
                start = now - counted * 1_000_000_000L / rate;
            }
            long due = (now - start) * rate / 1_000_000_000L - counted;
            int count = (int) Math.min(due, log.capacity() - sequence);
            counted += count;
            send(count);
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void send(int count) {
        int left = count;
        while (left > 0) {
            int first = sequence;
            long now = System.nanoTime();
            left -= destinations.size() == 1 ? offerSuperPackets(left) : offerSingles(left);
            socket.flush();
            for (int number = first; number < sequence && socket.lastErrors() == 0; number++) {
                log.sent(number, now);
            }
        }
    }

    private int offerSuperPackets(int count) {
        int done = 0;
        for (int i = 0; i < UdpBatchSocket.BATCH && done < count; i++) {
            int packets = Math.min(BURST, count - done);
            offer(i * BURST * PAYLOAD, packets);
            done += packets;
        }
        return done;
    }

    private int offerSingles(int count) {
        int singles = Math.min(count, UdpBatchSocket.BATCH);
        for (int i = 0; i < singles; i++) {
            offer(i * BURST * PAYLOAD, 1);
        }
        return singles;
    }

    private void offer(int offset, int packets) {
        for (int i = 0; i < packets; i++) {
            buffer.putLong(offset + i * PAYLOAD, sequence++);
        }
        long[] destination = destinations.get(turn++ % destinations.size());
        socket.offer(
                memory.address() + offset,
                packets * PAYLOAD,
                destination[0],
                destination[1],
                PORT,
                HOP_LIMIT,
                0,
                packets > 1 ? PAYLOAD : 0);
    }
}
