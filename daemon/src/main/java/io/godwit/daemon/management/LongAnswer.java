package io.godwit.daemon.management;

import io.godwit.linux.Urgency;
import java.io.ByteArrayOutputStream;

/** An answer that may take so long to write that those who forward packets must not wait for it: a table of a hundred thousand hosts. */
final class LongAnswer extends ByteArrayOutputStream {
    /** With the writer's buffer, some thousand octets at a time. */
    @Override
    public synchronized void write(byte[] octets, int offset, int length) {
        Urgency.check();
        super.write(octets, offset, length);
    }
}
