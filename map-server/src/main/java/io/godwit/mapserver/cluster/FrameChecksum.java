package io.godwit.mapserver.cluster;

import io.aeron.archive.checksum.Checksum;
import org.agrona.concurrent.UnsafeBuffer;

/** Of each frame of the log on the disk: tells flipped bits, eight octets at a time. For one thread. */
final class FrameChecksum implements Checksum {
    private static final long PRIME = 0x9e37_79b9_7f4a_7c15L;

    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);

    @Override
    public int compute(long address, int offset, int length) {
        frame.wrap(address + offset, length);
        long hash = length * PRIME;
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            hash = (Long.rotateLeft(hash, 27) ^ frame.getLong(at)) * PRIME;
        }
        for (; at < length; at++) {
            hash = (Long.rotateLeft(hash, 27) ^ frame.getByte(at)) * PRIME;
        }
        return (int) (hash ^ hash >>> 32);
    }
}
