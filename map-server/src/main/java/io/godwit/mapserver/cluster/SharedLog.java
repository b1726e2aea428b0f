package io.godwit.mapserver.cluster;

import io.godwit.mapserver.config.ClusterConfig;
import java.nio.ByteBuffer;

/**
 * The log of changes that the members of a cluster agree on. Owned by the control thread: it is called there, and calls {@link Member}
 * there.
 */
public interface SharedLog extends AutoCloseable {
    /** Octets of a batch, and of a part of a snapshot, at most. */
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

        /** Writes the next part of the state as the log has it now, nothing at the end; nothing is committed in between. */
        void snapshot(ByteBuffer part, boolean first);

        /** This member leads from now on, or does not any more. */
        void leads(boolean now);

        /** It has everything that the others have agreed on, and may answer. Once. */
        void ready();
    }

    /**
     * @param leader the member that leads, -1 when none does
     * @param canWrite whether changes are accepted at the moment
     * @param position octets of the log that are agreed on
     * @param snapshots made since the start
     * @param problem the last that there was, empty without
     */
    record State(String role, int leader, boolean canWrite, long position, long snapshots, String problem) {}

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
