package io.godwit.mapserver.cluster;

import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.status.RecordingPos;
import io.aeron.cluster.RecordingLog;
import io.godwit.daemon.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Keeps a member's folder from growing without end: of the snapshots the last two stay, and of the log what comes after the older of them, and
 * some more, so that a member that was away for a while finds what it missed.
 */
final class Upkeep {
    private static final int SERVICE = 0;
    private static final int KEPT = 2;

    private final Path folder;
    private final SnapshotFiles files;
    private final long keptOctets;

    /** @param keptOctets of the log, whatever snapshots there are */
    Upkeep(Path folder, SnapshotFiles files, long keptOctets) {
        this.folder = folder;
        this.files = files;
        this.keptOctets = keptOctets;
    }

    private RecordingLog recordingLog() {
        return new RecordingLog(folder.resolve("consensus").toFile(), false);
    }

    /**
     * Before the log is read: snapshots whose file is not whole do not count. Throws {@link StartException} when there is none that the rest of
     * the log goes on from.
     */
    void prepare(AeronArchive archive) {
        if (!Files.exists(folder.resolve("consensus").resolve(RecordingLog.RECORDING_LOG_FILE_NAME))) {
            return;
        }
        try (RecordingLog log = recordingLog()) {
            List<Long> whole = files.positions();
            RecordingLog.Entry latest = log.getLatestSnapshot(SERVICE);
            while (latest != null && !(whole.contains(latest.logPosition) && files.isWhole(latest.logPosition))) {
                log.invalidateLatestSnapshot();
                latest = log.getLatestSnapshot(SERVICE);
            }
            long recording = log.findLastTermRecordingId();
            long start = recording == RecordingPos.NULL_RECORDING_ID ? 0 : archive.getStartPosition(recording);
            if (start > (latest == null ? 0 : latest.logPosition)) {
                throw new StartException("the log in " + folder + " begins at " + start + ", and the snapshot before"
                        + " that is missing or damaged: replace the directory by a copy of another member's, as"
                        + " OPERATING.md tells");
            }
        }
    }

    /** Removes what is not needed any more. */
    SharedLog.Storage run(AeronArchive archive, long position) throws IOException {
        long start = 0;
        List<Long> whole = files.positions();
        try (RecordingLog log = recordingLog()) {
            TreeSet<Long> usable = new TreeSet<>();
            for (RecordingLog.Entry one : log.entries()) {
                if (isSnapshot(one) && one.isValid && whole.contains(one.logPosition)) {
                    usable.add(one.logPosition);
                }
            }
            while (usable.size() > KEPT) {
                usable.pollFirst();
            }
            if (usable.size() == KEPT) {
                removeBefore(usable.first(), log, archive);
            }
            long recording = log.findLastTermRecordingId();
            if (recording != RecordingPos.NULL_RECORDING_ID) {
                if (usable.size() == KEPT) {
                    purge(archive, recording, Math.min(usable.first(), position - keptOctets));
                }
                start = archive.getStartPosition(recording);
            }
        }
        return storage(start);
    }

    private static boolean isSnapshot(RecordingLog.Entry entry) {
        return entry.type == RecordingLog.ENTRY_TYPE_SNAPSHOT;
    }

    private void removeBefore(long first, RecordingLog log, AeronArchive archive) throws IOException {
        for (RecordingLog.Entry one : log.entries()) {
            if (isSnapshot(one)
                    && one.logPosition < first
                    && one.recordingId != RecordingPos.NULL_RECORDING_ID
                    && archive.listRecording(one.recordingId, Upkeep::ignore) > 0) {
                archive.purgeRecording(one.recordingId);
            }
        }
        for (long position : files.positions()) {
            if (position < first) {
                files.delete(position);
            }
        }
    }

    @SuppressWarnings("unused")
    private static void ignore(
            long session,
            long correlation,
            long recording,
            long startTimestamp,
            long stopTimestamp,
            long startPosition,
            long stopPosition,
            int initialTerm,
            int segmentLength,
            int termLength,
            int mtu,
            int sessionId,
            int streamId,
            String strippedChannel,
            String originalChannel,
            String source) {}

    private static void purge(AeronArchive archive, long recording, long before) {
        long start = archive.getStartPosition(recording);
        long first = before <= start
                ? start
                : AeronArchive.segmentFileBasePosition(
                        start, before, ClusterNode.TERM_OCTETS, ClusterNode.SEGMENT_OCTETS);
        if (first > start) {
            archive.purgeSegments(recording, first);
        }
    }

    /** @param start of the log */
    private SharedLog.Storage storage(long start) throws IOException {
        List<Long> whole = files.positions();
        long last = whole.isEmpty() ? -1 : whole.getLast();
        return new SharedLog.Storage(
                octets(folder.resolve("archive")) + octets(folder.resolve("snapshots")),
                start,
                last,
                last < 0 ? 0 : files.millis(last),
                last < 0 ? 0 : files.octets(last));
    }

    private static long octets(Path folder) throws IOException {
        long sum = 0;
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                sum += size(file);
            }
        }
        return sum;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // was removed just now
        }
    }
}
