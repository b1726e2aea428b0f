package io.godwit.mapserver.cluster;

import java.nio.ByteBuffer;

/** The state as a snapshot has it. */
public interface Snapshot {
    /** A part as {@link #write} made it. */
    void read(ByteBuffer part);

    /** The next part, nothing at the end. */
    void write(ByteBuffer part, boolean first);
}
