package io.godwit.mapserver.cluster;

import io.aeron.Aeron;
import io.aeron.cluster.ClusterControl.ToggleState;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.ElectionState;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.exceptions.TimeoutException;
import io.godwit.daemon.StartException;
import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.config.ClusterConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

    /** How soon a new leader is known. */
    private static final Duration POLL = Duration.ofMillis(20);

    /** Of the log between snapshots: a minute of 5,000 changes a second. */
    private static final long SNAPSHOT_OCTETS = 64 << 20;

    private final ClusterConfig config;
    private final Timers timers;
    private final ClusterFolder folder;
    private final Problems problems = new Problems();
    private final UnsafeBuffer outgoing = new UnsafeBuffer(0, 0);
    private @Nullable LogService service;
    private @Nullable Member member;
    private volatile @Nullable Running running;
    private AeronCluster.@Nullable AsyncConnect connecting;
    private @Nullable AeronCluster client;
    private long keptAliveNanos;
    private long readyFrom = Aeron.NULL_VALUE;
    private long snapshotAt = -1;
    private boolean ready;
    private boolean closed;
    private Timers.Timer poller = () -> {};

    /** What a thread of its own launched. */
    private record Running(ClusterNode node, Aeron aeron) {}

    /** Throws {@link StartException} when the folder is not this member's. */
    public AeronLog(ClusterConfig config, Path stateFolder, Timers timers) {
        this.config = config;
        this.timers = timers;
        folder = ClusterFolder.open(stateFolder, config);
    }

    @Override
    public void start(Member of) {
        member = of;
        LogService made = new LogService(of, timers);
        service = made;
        Thread starter = new Thread(() -> launch(made), "cluster-start");
        starter.setDaemon(true);
        starter.start();
        poller = timers.every(POLL, this::poll);
    }

    private void launch(LogService made) {
        try {
            ClusterNode node = ClusterNode.launch(config, folder.path(), made, problems::onError);
            running = new Running(node, node.client(problems::onError));
        } catch (RuntimeException e) {
            problems.fatal("the cluster cannot start in " + folder.path() + ": " + Problems.sentence(e));
        }
    }

    private void poll() {
        Running now = running;
        if (now == null || closed) {
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
        }
    }

    /** A start replays the log from the last snapshot on: that must not become long. */
    private void snapshotNowAndThen(ConsensusModule.Context consensus) {
        long position = consensus.commitPositionCounter().get();
        if (snapshotAt < 0) {
            snapshotAt = position;
        }
        if (position - snapshotAt >= SNAPSHOT_OCTETS && takeSnapshot()) {
            snapshotAt = position;
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
        if (now == null || client == null || client.isClosed()) {
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
            return new State("starting", -1, false, 0, 0, problems.last());
        }
        ConsensusModule.Context consensus = now.node().consensus();
        boolean elected = isElected(consensus);
        String role = !elected ? "election" : made.leads() ? "leader" : "follower";
        boolean canWrite = elected && client != null && !client.isClosed();
        return new State(
                role,
                elected ? made.leader() : -1,
                canWrite,
                consensus.commitPositionCounter().get(),
                consensus.snapshotCounter().get(),
                problems.last());
    }

    @Override
    public boolean takeSnapshot() {
        Running now = running;
        return now != null
                && service != null
                && service.leads()
                && ToggleState.SNAPSHOT.toggle(now.node().consensus().controlToggleCounter());
    }

    @Override
    public void close() {
        closed = true;
        poller.cancel();
        if (service != null) {
            service.closing();
        }
        disconnect();
        Running now = running;
        if (now != null) {
            Thread closer = new Thread(() -> CloseHelper.quietCloseAll(now.aeron(), now.node()), "cluster-stop");
            closer.setDaemon(true);
            closer.start();
            try {
                closer.join(TimeUnit.SECONDS.toMillis(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        folder.close();
        LOG.debug("the cluster's log is closed");
    }
}
