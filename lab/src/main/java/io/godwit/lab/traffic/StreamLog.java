package io.godwit.lab.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/** How a TCP transfer goes, in a mapped file: octets sent, octets that came back right, longest stall, and whether it broke. */
public final class StreamLog {
    private static final int SENT = 0;
    private static final int VERIFIED = 8;
    private static final int STALL = 16;
    private static final int STATE = 24;
    private static final int LENGTH = 64;

    private static final int CONNECTED = 1;
    private static final int BROKEN = 2;
    private static final int CORRUPT = 3;

    private final UnsafeBuffer buffer;

    private StreamLog(ByteBuffer mapped) {
        this.buffer = new UnsafeBuffer(mapped);
    }

    public static StreamLog create(Path file) {
        return map(file, FileChannel.MapMode.READ_WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    public static StreamLog open(Path file) {
        return map(file, FileChannel.MapMode.READ_ONLY);
    }

    private static StreamLog map(Path file, FileChannel.MapMode mode, StandardOpenOption... options) {
        StandardOpenOption[] all = new StandardOpenOption[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = StandardOpenOption.READ;
        try (FileChannel channel = FileChannel.open(file, all)) {
            return new StreamLog(channel.map(mode, 0, LENGTH));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long sent() {
        return buffer.getLongVolatile(SENT);
    }

    public long verified() {
        return buffer.getLongVolatile(VERIFIED);
    }

    public long longestStallNanos() {
        return buffer.getLongVolatile(STALL);
    }

    public boolean connected() {
        return buffer.getLongVolatile(STATE) == CONNECTED;
    }

    /** {@code connecting}, {@code up}, {@code broken} or {@code corrupt}. */
    public String state() {
        return switch ((int) buffer.getLongVolatile(STATE)) {
            case CONNECTED -> "up";
            case BROKEN -> "broken";
            case CORRUPT -> "corrupt";
            default -> "connecting";
        };
    }

    void connect() {
        buffer.putLongOrdered(STATE, CONNECTED);
    }

    void broke() {
        if (buffer.getLong(STATE) != CORRUPT) {
            buffer.putLongOrdered(STATE, BROKEN);
        }
    }

    void corrupt() {
        buffer.putLongOrdered(STATE, CORRUPT);
    }

    void sent(long octets) {
        buffer.putLongOrdered(SENT, octets);
    }

    void verified(long octets, long stallNanos) {
        buffer.putLongOrdered(VERIFIED, octets);
        if (stallNanos > buffer.getLong(STALL)) {
            buffer.putLongOrdered(STALL, stallNanos);
        }
    }
}
