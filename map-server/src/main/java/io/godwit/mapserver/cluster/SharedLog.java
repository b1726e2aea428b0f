package io.godwit.mapserver.cluster;

import io.godwit.mapserver.config.ClusterConfig;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The log of changes that the members of a cluster agree on. Owned by the control thread: it is called there, and calls {@link Member}
 * there.
 */
public interface SharedLog extends AutoCloseable {
    /** Octets of a batch at most. */
    int LARGEST = 96 << 10;

    /** What the log does its work for. */
    interface Member {
        /**
         * A batch that a majority has, in the order that every member sees.
         *
         * @param epochMillis the leader's wall clock when it was put into the log
         */
        void committed(ByteBuffer batch, long epochMillis);

        /** The parts of the snapshot that a start begins with, in the order in which {@link #snapshot} gave them; then the log after it. */
        void restored(ByteBuffer part);

        /**
         * Begins to write the state as the log has it now, whatever is committed from here on. One that is not at its end is given up.
         *
         * @param sink gets the parts, while they are written and whenever something is committed
         */
        void beginSnapshot(Consumer<byte[]> sink);

        /** Goes on, looking at {@code limit} mappings; returns whether that was the end. */
        boolean writeSnapshot(int limit);

        /** This member leads from now on, or does not any more. */
        void leads(boolean now);

        /** It has everything that the others have agreed on, and may answer. Once. */
        void ready();

        /** Nothing is agreed on from here on, because of what the sentence says. */
        void failed(String sentence);
    }

    /**
     * What is kept of the log and of snapshots.
     *
     * @param octets of the state folder
     * @param logFrom the position that the log begins at
     * @param snapshotAt the position of the last whole snapshot, -1 without
     * @param snapshotMillis when it was made, wall clock
     * @param snapshotOctets its size
     */
    record Storage(long octets, long logFrom, long snapshotAt, long snapshotMillis, long snapshotOctets) {
        public static final Storage UNKNOWN = new Storage(0, 0, -1, 0, 0);
    }

    /**
     * @param leader the member that leads, -1 when none does
     * @param canWrite whether changes are accepted at the moment
     * @param position octets of the log that are agreed on
     * @param snapshots made since the start
     * @param problem the last that there was, empty without
     */
    record State(
            String role,
            int leader,
            boolean canWrite,
            long position,
            long snapshots,
            String problem,
            Storage storage) {}

    /** Begins; everything after it comes by itself. */
    void start(Member member);

    /** Proposes a batch to whoever leads; false when that is not possible at the moment. Whether it was agreed on is told by nobody. */
    boolean offer(byte[] batch, int length);

    State state();

    ClusterConfig config();

    /** Asks for a snapshot of every member; returns whether this member leads, which only then is possible. */
    boolean takeSnapshot();

    @Override
    void close();
}
