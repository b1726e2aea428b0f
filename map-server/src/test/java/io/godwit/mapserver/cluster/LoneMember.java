package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.ControlThread;
import io.godwit.mapserver.config.ClusterConfig;
import io.godwit.packet.address.IpAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The one member of a cluster, with a log by Aeron; its state is how many batches there were, and the sum of their first octets. */
final class LoneMember implements SharedLog.Member, AutoCloseable {
    static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final int FILLER = 200_000;

    private final ControlThread thread = new ControlThread("test-member");
    private final AeronLog log;
    final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    final CompletableFuture<String> failure = new CompletableFuture<>();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong sum = new AtomicLong();
    private Consumer<byte[]> sink = part -> {};
    private long[] snapshot = {};

    LoneMember(Path folder, AeronLog.SnapshotPace pace, int port) {
        ClusterConfig config = new ClusterConfig(0, List.of(new ClusterConfig.Member(0, LOOPBACK, port)));
        log = new AeronLog(config, folder, thread.timers(), pace);
        on(() -> {
            log.start(this);
            return true;
        });
    }

    /** The first of four UDP ports that nobody uses. */
    static int freePorts() {
        for (int port = 21_000 + (int) (ProcessHandle.current().pid() % 1_000) * 8; ; port += 4) {
            if (isFree(port) && isFree(port + 1) && isFree(port + 2) && isFree(port + 3)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (DatagramSocket _ = new DatagramSocket(new InetSocketAddress(LOOPBACK.toInetAddress(), port))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    <T> T on(Callable<T> work) {
        try {
            return thread.loop().submit(work).get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    long batches() {
        return batches.get();
    }

    long sum() {
        return sum.get();
    }

    SharedLog.State state() {
        return on(log::state);
    }

    boolean takeSnapshot() {
        return on(log::takeSnapshot);
    }

    /** Returns whether it was accepted. */
    boolean offer(int first, int length) {
        byte[] batch = new byte[length];
        batch[0] = (byte) first;
        return on(() -> log.offer(batch, length));
    }

    @Override
    public void committed(ByteBuffer batch, long epochMillis) {
        batches.incrementAndGet();
        sum.addAndGet(batch.get(0));
    }

    @Override
    public void restored(ByteBuffer part) {
        batches.set(part.getLong());
        sum.set(part.getLong());
    }

    @Override
    public void beginSnapshot(Consumer<byte[]> to) {
        sink = to;
        snapshot = new long[] {batches.get(), sum.get()};
    }

    @Override
    public boolean writeSnapshot(int limit) {
        byte[] part = new byte[FILLER];
        ByteBuffer.wrap(part).putLong(snapshot[0]).putLong(snapshot[1]);
        sink.accept(part);
        return true;
    }

    @Override
    public void leads(boolean now) {}

    @Override
    public void ready() {
        ready.complete(true);
    }

    @Override
    public void failed(String sentence) {
        failure.complete(sentence);
    }

    @Override
    public void close() {
        on(() -> {
            log.close(Duration.ofSeconds(20));
            return true;
        });
        thread.close();
    }
}
