package io.godwit.mapserver.cluster;

import io.aeron.Aeron;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.godwit.mapserver.config.ClusterConfig;
import io.godwit.mapserver.config.ClusterConfig.Member;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * Aeron's parts in this process, all small and none of them busy when there is nothing to do: media driver, archive, consensus module and
 * the container of the service, a thread each.
 */
final class ClusterNode implements AutoCloseable {
    private static final int INGRESS = 0;
    private static final int CONSENSUS = 1;
    private static final int LOG = 2;
    private static final int ARCHIVE = 3;

    /** Of the log; a part of a segment. */
    static final int TERM_OCTETS = 1 << 20;

    /** Of the log's files. */
    static final int SEGMENT_OCTETS = 16 << 20;

    private static final String LOCAL = "aeron:ipc?term-length=128k";
    /** A leader says so this often, and is given up after so long: writes resume about two seconds after it died. */
    private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long HEARTBEAT_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
    private static final long ELECTION_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    /** How long a start waits for members that do not answer before the others elect a leader. */
    private static final long CANVASS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final MediaDriver driver;
    private final Archive archive;
    private final ConsensusModule consensus;
    private final ClusteredServiceContainer container;

    private ClusterNode(
            MediaDriver driver, Archive archive, ConsensusModule consensus, ClusteredServiceContainer container) {
        this.driver = driver;
        this.archive = archive;
        this.consensus = consensus;
        this.container = container;
    }

    /** Who is told what goes wrong, in Aeron's threads. */
    interface Watch {
        /** Looks at what is stored before it is read. */
        void prepare(AeronArchive archive);

        void onProblem(Throwable problem);

        /** With what is stored here. */
        void onArchiveProblem(Throwable problem);

        /** Aeron gives up. */
        void onEnded();
    }

    /** Takes a second or so. */
    static ClusterNode launch(ClusterConfig config, Path folder, ClusteredService service, Watch watch) {
        ErrorHandler problems = watch::onProblem;
        MediaDriver driver = null;
        Archive archive = null;
        ConsensusModule consensus = null;
        try {
            String media = folder.resolve("driver").toString();
            driver = MediaDriver.launch(driver(media, problems));
            archive = Archive.launch(archive(config.self(), folder, media, watch::onArchiveProblem));
            try (AeronArchive client = AeronArchive.connect(localArchive(media, problems))) {
                watch.prepare(client);
            }
            consensus = ConsensusModule.launch(consensus(config, folder, media, problems, watch::onEnded));
            ClusteredServiceContainer container =
                    ClusteredServiceContainer.launch(container(folder, media, service, problems, watch::onEnded));
            return new ClusterNode(driver, archive, consensus, container);
        } catch (RuntimeException e) {
            CloseHelper.quietCloseAll(consensus, archive, driver);
            throw e;
        }
    }

    static IdleStrategy idleStrategy() {
        return new BackoffIdleStrategy(1, 1, 50_000, 1_000_000);
    }

    private static MediaDriver.Context driver(String media, ErrorHandler problems) {
        return new MediaDriver.Context()
                .aeronDirectoryName(media)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(idleStrategy())
                .termBufferSparseFile(false) // a full disk is noticed when they are made, not when they are written
                .publicationTermBufferLength(TERM_OCTETS)
                .ipcTermBufferLength(TERM_OCTETS)
                .errorHandler(problems);
    }

    private static Archive.Context archive(Member self, Path folder, String media, ErrorHandler problems) {
        return new Archive.Context()
                .aeronDirectoryName(media)
                .archiveDir(folder.resolve("archive").toFile())
                .controlChannel("aeron:udp?endpoint=" + self.endpoint(ARCHIVE))
                .localControlChannel(LOCAL)
                .replicationChannel("aeron:udp?endpoint=" + self.anyEndpoint())
                .recordingEventsEnabled(false)
                .threadingMode(ArchiveThreadingMode.SHARED)
                .idleStrategySupplier(ClusterNode::idleStrategy)
                .segmentFileLength(SEGMENT_OCTETS)
                .lowStorageSpaceThreshold(SEGMENT_OCTETS)
                .recordChecksum(new FrameChecksum())
                .replayChecksum(new FrameChecksum())
                .errorHandler(problems);
    }

    /** Without a handler of errors Aeron ends the process when the media driver is gone. */
    private static AeronArchive.Context localArchive(String media, ErrorHandler problems) {
        return new AeronArchive.Context()
                .aeronDirectoryName(media)
                .errorHandler(problems)
                .controlRequestChannel(LOCAL)
                .controlResponseChannel(LOCAL);
    }

    private static ConsensusModule.Context consensus(
            ClusterConfig config, Path folder, String media, ErrorHandler problems, Runnable ended) {
        Member self = config.self();
        return new ConsensusModule.Context()
                .aeronDirectoryName(media)
                .clusterDir(folder.resolve("consensus").toFile())
                .clusterMemberId(self.id())
                .clusterMembers(members(config))
                .archiveContext(localArchive(media, problems))
                .ingressChannel("aeron:udp?term-length=1m")
                .egressChannel("aeron:udp?term-length=128k")
                .consensusChannel("aeron:udp?term-length=128k")
                .logChannel("aeron:udp?term-length=1m")
                .replicationChannel("aeron:udp?endpoint=" + self.anyEndpoint())
                .snapshotChannel("aeron:ipc?term-length=1m")
                .leaderHeartbeatIntervalNs(HEARTBEAT_NANOS)
                .leaderHeartbeatTimeoutNs(HEARTBEAT_TIMEOUT_NANOS)
                .electionTimeoutNs(ELECTION_NANOS)
                .electionStatusIntervalNs(HEARTBEAT_NANOS)
                .startupCanvassTimeoutNs(CANVASS_NANOS)
                .maxConcurrentSessions(64)
                .idleStrategySupplier(ClusterNode::idleStrategy)
                .terminationHook(ended)
                .errorHandler(problems);
    }

    /** Aeron's list: id,ingress,consensus,log,catch-up,archive of each. */
    private static String members(ClusterConfig config) {
        return config.members().stream()
                .map(one -> String.join(
                        ",",
                        Integer.toString(one.id()),
                        one.endpoint(INGRESS),
                        one.endpoint(CONSENSUS),
                        one.endpoint(LOG),
                        one.anyEndpoint(),
                        one.endpoint(ARCHIVE)))
                .collect(Collectors.joining("|"));
    }

    /** Where a client finds the leader. */
    static String ingressEndpoints(ClusterConfig config) {
        return config.members().stream()
                .map(one -> one.id() + "=" + one.endpoint(INGRESS))
                .collect(Collectors.joining(","));
    }

    private static ClusteredServiceContainer.Context container(
            Path folder, String media, ClusteredService service, ErrorHandler problems, Runnable ended) {
        return new ClusteredServiceContainer.Context()
                .aeronDirectoryName(media)
                .clusterDir(folder.resolve("consensus").toFile())
                .archiveContext(localArchive(media, problems))
                .snapshotChannel("aeron:ipc?term-length=1m")
                .clusteredService(service)
                .idleStrategySupplier(ClusterNode::idleStrategy)
                .terminationHook(ended)
                .errorHandler(problems);
    }

    /** A client of this process's media driver, worked by the thread that uses it. */
    Aeron client(ErrorHandler problems) {
        return Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .useConductorAgentInvoker(true)
                .errorHandler(problems));
    }

    ConsensusModule.Context consensus() {
        return consensus.context();
    }

    /** A client of this process's archive. */
    AeronArchive archive(ErrorHandler problems) {
        return AeronArchive.connect(localArchive(driver.aeronDirectoryName(), problems));
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(container, consensus, archive, driver);
    }
}
