package io.godwit.mapserver.cluster;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** The mappings as a snapshot has them. */
public interface Snapshot {
    /** A part as {@link #write} made it. */
    void read(ByteBuffer part);

    /**
     * Begins with the mappings as they are now; what changes from here on is kept as it was. One that is not at its end is given up.
     *
     * @param sink gets the parts
     */
    void begin(Consumer<byte[]> sink);

    /** Goes on, looking at {@code limit} entries; returns whether that was the end. */
    boolean write(int limit);
}
