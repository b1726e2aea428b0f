package io.godwit.bench.mapping;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How long a change takes to be confirmed by a map-server of a cluster that has many registrations, before and while a snapshot of them is
 * made: new EIDs at a steady rate, and every fourth time one that moves. Each counts from the moment when it was due.
 */
public final class SnapshotLatency implements AutoCloseable {
    private static final int NONCE_OFFSET = 4;
    private static final long FIRST_NONCE = 1L << 40;
    /** Map-Registers under way while the registrations are made that there are beforehand. */
    private static final int UNDER_WAY = 256;

    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final int LONGEST_SECONDS = 120;
    private static final int MOVES = 4;

    private final ClusterProcesses cluster;
    private final DatagramChannel socket = DatagramChannel.open();
    private final ByteBuffer octets = ByteBuffer.allocateDirect(4096);
    private final Messages messages = new Messages();
    private final Random random = new Random(7);
    private int confirmed;
    private long confirmedNanos;

    /**
     * @param quietNanos from the Map-Register to its Map-Notify before the snapshot
     * @param snapshotNanos the same while it is made
     * @param seconds that it took
     * @param megabytes of it
     * @param unconfirmed of what was registered in both times
     */
    public record Result(
            Histogram quietNanos, Histogram snapshotNanos, double seconds, double megabytes, int unconfirmed) {}

    private SnapshotLatency(ClusterProcesses cluster) throws IOException {
        this.cluster = cluster;
        socket.setOption(StandardSocketOptions.SO_RCVBUF, 8 << 20).bind(new InetSocketAddress(0));
        socket.configureBlocking(false);
    }

    /**
     * @param perSecond changes
     * @param seconds before the snapshot
     */
    public static Result run(int members, int eids, int perSecond, int seconds)
            throws IOException, InterruptedException {
        try (ClusterProcesses cluster = ClusterProcesses.start(members, "-Xmx1g");
                SnapshotLatency run = new SnapshotLatency(cluster)) {
            run.load(eids);
            return run.measure(eids, perSecond, seconds);
        }
    }

    private void load(int eids) throws IOException {
        Datagrams all = messages.registers(0, eids, Bed.RECORDS, 0);
        confirmedNanos = System.nanoTime();
        for (int i = 0; i < all.size(); i++) {
            while (i - confirmed >= UNDER_WAY) {
                awaitConfirmation();
            }
            send(all, i);
        }
        while (confirmed < all.size()) {
            awaitConfirmation();
        }
    }

    private void awaitConfirmation() throws IOException {
        if (receive() >= 0) {
            confirmed++;
            confirmedNanos = System.nanoTime();
        } else if (System.nanoTime() - confirmedNanos > PATIENCE_NANOS) {
            throw new IllegalStateException("registrations were not confirmed: " + confirmed + " were");
        } else {
            LockSupport.parkNanos(50_000);
        }
    }

    private void send(Datagrams all, int index) throws IOException {
        octets.clear().limit(all.length(index));
        all.buffer(index).getBytes(all.offset(index), octets, 0, all.length(index));
        socket.send(octets, cluster.leader().address());
    }

    /** The nonce of what is confirmed, counted from the first; negative when nothing has come. */
    private long receive() throws IOException {
        while (socket.receive(octets.clear()) != null) {
            long number = octets.getLong(NONCE_OFFSET) - FIRST_NONCE;
            if ((octets.get(0) >>> 4 & 0xf) == 4 && number >= 0) {
                return number;
            }
        }
        return -1;
    }

    private Result measure(int eids, int perSecond, int seconds) throws IOException {
        Rounds quiet = new Rounds(eids, perSecond, perSecond * seconds);
        quiet.run(() -> quiet.sent == perSecond * seconds);
        Rounds during = new Rounds(eids + perSecond * seconds, perSecond, perSecond * LONGEST_SECONDS);
        cluster.leader().takeSnapshot();
        long start = System.nanoTime();
        during.run(() -> cluster.leader().snapshotOctets() > 0);
        double took = (System.nanoTime() - start) / 1e9;
        return new Result(
                quiet.waits, during.waits, took, cluster.leader().snapshotOctets() / 1e6, quiet.open() + during.open());
    }

    private interface End {
        boolean isReached();
    }

    /** Changes at a steady rate. */
    private final class Rounds {
        private final Histogram waits = new Histogram(3);
        private final Datagrams changes;
        private final long firstNumber;
        private final long gapNanos;
        private long start;
        private int sent;
        private int heard;

        Rounds(int firstEid, int perSecond, int most) {
            gapNanos = 1_000_000_000L / perSecond;
            changes = new Datagrams(most);
            firstNumber = messages.nonce() - FIRST_NONCE;
            for (int i = 0; i < most; i++) {
                int eid = i % MOVES == 0 ? random.nextInt(firstEid) : firstEid + i;
                changes.add(messages.registers(eid, eid + 1, 1, i % MOVES == 0 ? Messages.XTRS : 0), 0);
            }
        }

        int open() {
            return sent - heard;
        }

        void run(End end) throws IOException {
            start = System.nanoTime();
            while (!end.isReached() && sent < changes.size()) {
                if (System.nanoTime() - start >= sent * gapNanos) {
                    send(changes, sent++);
                } else {
                    LockSupport.parkNanos(50_000);
                }
                listen();
            }
            long last = System.nanoTime();
            while (open() > 0 && System.nanoTime() - last < PATIENCE_NANOS) {
                LockSupport.parkNanos(50_000);
                listen();
            }
        }

        private void listen() throws IOException {
            for (long number = receive(); number >= 0; number = receive()) {
                long index = number - firstNumber;
                if (index >= 0 && index < sent) {
                    waits.recordValue(Math.max(0, System.nanoTime() - start - index * gapNanos));
                    heard++;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String text(Histogram waits) {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p99 %.1f ms, longest %.1f ms, %d changes",
                waits.getValueAtPercentile(50) / 1e6,
                waits.getValueAtPercentile(99) / 1e6,
                waits.getMaxValue() / 1e6,
                waits.getTotalCount());
    }

    /** By itself: members, EIDs, changes a second, seconds before the snapshot. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int[] numbers =
                java.util.Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        Result result = run(numbers[0], numbers[1], numbers[2], numbers[3]);
        System.out.println("before:   " + text(result.quietNanos()));
        System.out.println("snapshot: " + text(result.snapshotNanos()));
        System.out.printf(
                Locale.ROOT,
                "%.1f s, %.1f MB; %d not confirmed%n",
                result.seconds(),
                result.megabytes(),
                result.unconfirmed());
    }
}
