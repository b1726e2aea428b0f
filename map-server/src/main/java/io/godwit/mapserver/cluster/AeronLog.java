package io.godwit.mapserver.cluster;

import io.aeron.Aeron;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusterControl.ToggleState;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.ElectionState;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.exceptions.TimeoutException;
import io.godwit.daemon.StartException;
import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.config.ClusterConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log by Aeron Cluster. A member is also a client of its cluster: it offers batches to the leader, whoever that is. */
public final class AeronLog implements SharedLog {
    private static final Logger LOG = LoggerFactory.getLogger(AeronLog.class);
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long CONNECT_NANOS = 2 * SECOND_NANOS;
    private static final Duration CLOSE = Duration.ofSeconds(1);

    /** How soon a new leader is known. */
    private static final Duration POLL = Duration.ofMillis(20);

    private static final long MEGABYTE = 1 << 20;
    /** What was removed, and how large things are, is looked at this often at least. */
    private static final long UPKEEP_NANOS = 60 * SECOND_NANOS;

    private final ClusterConfig config;
    private final Timers timers;
    private final ClusterFolder folder;
    private final SnapshotPace pace;
    private final SnapshotFiles files;
    private final Upkeep upkeep;
    private final Problems problems = new Problems();
    private final DiskRoom room;
    private final AtomicBoolean keepingUp = new AtomicBoolean();
    private final UnsafeBuffer outgoing = new UnsafeBuffer(0, 0);
    private @Nullable LogService service;
    private @Nullable Member member;
    private Thread starter = new Thread();
    private volatile @Nullable Running running;
    private volatile Storage storage = Storage.UNKNOWN;
    private volatile boolean ended;
    private @Nullable SnapshotWriter writer;
    private volatile boolean upkeepDue;
    private long upkeepNanos;
    private long snapshotNanos;
    private AeronCluster.@Nullable AsyncConnect connecting;
    private @Nullable AeronCluster client;
    private long keptAliveNanos;
    private long readyFrom = Aeron.NULL_VALUE;
    private long snapshotAt = -1;
    private volatile boolean ready;
    private volatile boolean closed;
    private Timers.Timer poller = () -> {};

    /** What a thread of its own launched. */
    private record Running(ClusterNode node, Aeron aeron) {}

    /**
     * How often snapshots are made: a start replays the log from the last one on, which must not become long.
     *
     * @param octets of the log between snapshots
     * @param nanos between snapshots, when something has changed
     * @param keptOctets of the log that stay whatever snapshots there are
     */
    record SnapshotPace(long octets, long nanos, long keptOctets) {
        /** A minute of 5,000 changes a second; an hour. */
        static SnapshotPace of(ClusterConfig config) {
            return new SnapshotPace(64 * MEGABYTE, 3_600 * SECOND_NANOS, config.logMegabytes() * MEGABYTE);
        }
    }

    /** Throws {@link StartException} when the folder is not this member's. */
    public AeronLog(ClusterConfig config, Path stateFolder, Timers timers) {
        this(config, stateFolder, timers, SnapshotPace.of(config));
    }

    AeronLog(ClusterConfig config, Path stateFolder, Timers timers, SnapshotPace pace) {
        this.config = config;
        this.timers = timers;
        this.pace = pace;
        folder = ClusterFolder.open(stateFolder, config);
        room = new DiskRoom(folder.path(), timers, problems);
        files = new SnapshotFiles(folder.path().resolve("snapshots"));
        upkeep = new Upkeep(folder.path(), files, pace.keptOctets());
    }

    @Override
    public void start(Member of) {
        member = of;
        SnapshotWriter itsWriter = new SnapshotWriter(files, timers, of, problems, position -> upkeepDue = true);
        LogService made = new LogService(of, timers, files, itsWriter::begin);
        writer = itsWriter;
        service = made;
        starter = new Thread(() -> launch(made), "cluster-start");
        starter.setDaemon(true);
        starter.setUncaughtExceptionHandler((thread, failure) -> fail(cannotStart(failure)));
        starter.start();
        poller = timers.every(POLL, this::poll);
    }

    private void launch(LogService made) {
        try {
            ClusterNode node = ClusterNode.launch(config, folder.path(), made, new Watch());
            running = new Running(node, node.client(problems::onError));
        } catch (StartException e) {
            fail(Problems.sentence(e));
        } catch (RuntimeException e) {
            fail(cannotStart(e));
        }
    }

    private String cannotStart(Throwable failure) {
        return "the cluster cannot start in " + folder.path() + ": " + Problems.sentence(failure);
    }

    private final class Watch implements ClusterNode.Watch {
        @Override
        public void prepare(AeronArchive archive) {
            upkeep.prepare(archive);
        }

        @Override
        public void onProblem(Throwable problem) {
            problems.onError(problem);
        }

        /** A log that cannot be read to its end must not be taken for the whole: nothing is answered from it. */
        @Override
        public void onArchiveProblem(Throwable problem) {
            problems.onError(problem);
            String sentence = Problems.sentence(problem);
            if (!ready && (sentence.contains("checksum mismatch") || sentence.contains("segment file"))) {
                fail("the log in " + folder.path() + " is damaged (" + sentence
                        + "): replace the directory by a copy of another member's");
            }
        }

        @Override
        public void onEnded() {
            if (!closed) {
                String last = problems.last();
                fail("the cluster's log in " + folder.path() + " has ended" + (last.isEmpty() ? "" : ": " + last)
                        + room.advice());
            }
        }
    }

    /** From any thread; the first time counts. */
    private void fail(String sentence) {
        timers.execute(() -> {
            if (!ended && !closed && member != null) {
                ended = true;
                problems.fatal(sentence);
                member.failed(sentence);
            }
        });
    }

    private void poll() {
        Running now = running;
        if (now == null || closed || ended) {
            return;
        }
        try {
            now.aeron().conductorAgentInvoker().invoke();
            if (client == null || client.isClosed()) {
                connect(now);
            } else {
                client.pollEgress();
                keepAlive(client);
            }
        } catch (TimeoutException e) {
            disconnect(); // nobody leads yet: tries again
        } catch (RuntimeException e) {
            problems.onError(e);
            disconnect();
        }
        if (!ready) {
            awaitReady(now.node().consensus());
        } else {
            snapshotNowAndThen(now.node().consensus());
            keepUp(now);
        }
    }

    private void snapshotNowAndThen(ConsensusModule.Context consensus) {
        long position = consensus.commitPositionCounter().get();
        long nanos = timers.nanoTime();
        if (snapshotAt < 0) {
            snapshotAt = position;
            snapshotNanos = nanos;
        }
        boolean due = position - snapshotAt >= pace.octets()
                || (nanos - snapshotNanos >= pace.nanos() && position - snapshotAt >= LARGEST);
        if (due && writer != null && !writer.isActive() && takeSnapshot()) {
            snapshotAt = position;
            snapshotNanos = nanos;
        }
    }

    /** The archive is asked in a thread of its own: it takes its time. */
    private void keepUp(Running now) {
        boolean due = upkeepDue || timers.nanoTime() - upkeepNanos >= UPKEEP_NANOS || storage.octets() == 0;
        if (!due || !keepingUp.compareAndSet(false, true)) {
            return;
        }
        upkeepDue = false;
        upkeepNanos = timers.nanoTime();
        long position = now.node().consensus().commitPositionCounter().get();
        Thread thread = new Thread(() -> keepUp(now, position), "cluster-upkeep");
        thread.setDaemon(true);
        thread.start();
    }

    private void keepUp(Running now, long position) {
        try (AeronArchive archive = now.node().archive(problems::onError)) {
            storage = upkeep.run(archive, position);
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                problems.onError(e);
            }
        } finally {
            keepingUp.set(false);
        }
    }

    private void connect(Running now) {
        if (connecting == null) {
            connecting = AeronCluster.asyncConnect(new AeronCluster.Context()
                    .aeron(now.aeron())
                    .ownsAeronClient(false)
                    .ingressChannel("aeron:udp?term-length=1m")
                    .ingressEndpoints(ClusterNode.ingressEndpoints(config))
                    .egressChannel("aeron:udp?term-length=128k|endpoint="
                            + config.self().anyEndpoint())
                    .messageTimeoutNs(CONNECT_NANOS)
                    .errorHandler(problems::onError));
        }
        client = connecting.poll();
        if (client != null) {
            connecting = null;
        }
    }

    private void disconnect() {
        CloseHelper.quietCloseAll(connecting, client);
        connecting = null;
        client = null;
    }

    private void keepAlive(AeronCluster session) {
        if (timers.nanoTime() - keptAliveNanos > SECOND_NANOS && session.sendKeepAlive()) {
            keptAliveNanos = timers.nanoTime();
        }
    }

    /** What was agreed on when the election ended must be here: the last of it is on its way from the service's thread. */
    private void awaitReady(ConsensusModule.Context consensus) {
        if (service == null || member == null || !isElected(consensus)) {
            readyFrom = Aeron.NULL_VALUE;
            return;
        }
        if (readyFrom == Aeron.NULL_VALUE) {
            readyFrom = consensus.commitPositionCounter().get();
        }
        if (service.position() >= readyFrom) {
            ready = true;
            timers.execute(member::ready);
        }
    }

    private static boolean isElected(ConsensusModule.Context consensus) {
        return ElectionState.get(consensus.electionStateCounter()) == ElectionState.CLOSED;
    }

    @Override
    public boolean offer(byte[] batch, int length) {
        Running now = running;
        if (now == null || client == null || client.isClosed() || ended || !room.isEnough()) {
            return false;
        }
        outgoing.wrap(batch);
        try {
            for (int i = 0; i < 3; i++) {
                if (client.offer(outgoing, 0, length) > 0) {
                    return true;
                }
                now.aeron().conductorAgentInvoker().invoke();
                client.pollEgress();
            }
        } catch (RuntimeException e) {
            problems.onError(e);
            disconnect();
        }
        return false;
    }

    @Override
    public ClusterConfig config() {
        return config;
    }

    @Override
    public State state() {
        Running now = running;
        LogService made = service;
        if (now == null || made == null || closed) {
            return new State(ended ? "failed" : "starting", -1, false, 0, 0, problems.last(), storage);
        }
        if (ended) {
            return new State("failed", -1, false, made.position(), 0, problems.last(), storage);
        }
        ConsensusModule.Context consensus = now.node().consensus();
        boolean elected = isElected(consensus);
        String role = !elected ? "election" : made.leads() ? "leader" : "follower";
        boolean canWrite = elected && client != null && !client.isClosed() && room.isEnough();
        return new State(
                role,
                elected ? made.leader() : -1,
                canWrite,
                consensus.commitPositionCounter().get(),
                consensus.snapshotCounter().get(),
                room.isEnough() ? problems.last() : room.sentence(),
                storage);
    }

    @Override
    public boolean takeSnapshot() {
        Running now = running;
        return now != null
                && !ended
                && service != null
                && service.leads()
                && room.isEnough()
                && ToggleState.SNAPSHOT.toggle(now.node().consensus().controlToggleCounter());
    }

    @Override
    public void close() {
        close(CLOSE);
    }

    /** What has not ended by then goes on ending, and nobody else gets the folder before. */
    void close(Duration patience) {
        closed = true;
        poller.cancel();
        CloseHelper.quietClose(writer);
        if (service != null) {
            service.closing();
        }
        disconnect();
        Thread closer = new Thread(this::closeFolder, "cluster-stop");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeFolder() {
        try {
            starter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Running now = running;
        if (now != null) {
            CloseHelper.quietCloseAll(now.aeron(), now.node());
        }
        folder.close();
        LOG.debug("the cluster's log is closed");
    }
}
