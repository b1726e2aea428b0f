package io.godwit.lab.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * When each packet of a flow was sent, or arrived: one time a sequence number, in a file mapped by the endpoint that writes it and by whoever
 * looks on. Times are {@link System#nanoTime}, which all processes of a machine share. One writer.
 *
 * <pre>
 *   0  next sequence number (sender), or highest that arrived plus one (receiver)
 *   8  duplicates      16  reordered      24  packets refused by the kernel
 *  64  time of sequence number 0, 0 for none; then of 1, ...
 * </pre>
 */
public final class FlowLog {
    private static final int NEXT = 0;
    private static final int DUPLICATES = 8;
    private static final int REORDERED = 16;
    private static final int REFUSED = 24;
    private static final int TIMES = 64;

    private final UnsafeBuffer buffer;
    private final int capacity;

    private FlowLog(ByteBuffer mapped) {
        this.buffer = new UnsafeBuffer(mapped);
        this.capacity = (mapped.capacity() - TIMES) / Long.BYTES;
    }

    /** @param capacity sequence numbers; the file is sparse */
    public static FlowLog create(Path file, int capacity) {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new FlowLog(channel.map(FileChannel.MapMode.READ_WRITE, 0, TIMES + (long) capacity * Long.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static FlowLog open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new FlowLog(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int capacity() {
        return capacity;
    }

    public int next() {
        return (int) buffer.getLongVolatile(NEXT);
    }

    public long duplicates() {
        return buffer.getLongVolatile(DUPLICATES);
    }

    public long reordered() {
        return buffer.getLongVolatile(REORDERED);
    }

    public long refused() {
        return buffer.getLongVolatile(REFUSED);
    }

    /** 0 when it was not sent or did not arrive. */
    public long time(int sequence) {
        return buffer.getLongVolatile(TIMES + sequence * Long.BYTES);
    }

    /** By the sender. */
    public void sent(int sequence, long nanoTime) {
        buffer.putLongOrdered(TIMES + sequence * Long.BYTES, nanoTime);
        buffer.putLongOrdered(NEXT, sequence + 1L);
    }

    /** By the sender, which knows better when it sent a packet of before. */
    void redate(int sequence, long nanoTime) {
        buffer.putLongOrdered(TIMES + sequence * Long.BYTES, nanoTime);
    }

    /** By the receiver. */
    public void arrived(int sequence, long nanoTime) {
        if (buffer.getLong(TIMES + sequence * Long.BYTES) != 0) {
            buffer.putLongOrdered(DUPLICATES, buffer.getLong(DUPLICATES) + 1);
            return;
        }
        buffer.putLongOrdered(TIMES + sequence * Long.BYTES, nanoTime);
        if (sequence < buffer.getLong(NEXT)) {
            buffer.putLongOrdered(REORDERED, buffer.getLong(REORDERED) + 1);
        } else {
            buffer.putLongOrdered(NEXT, sequence + 1L);
        }
    }

    /** Whoever received knows better than the order in which it told. */
    void disorder(long duplicates, long reordered) {
        buffer.putLongOrdered(DUPLICATES, duplicates);
        buffer.putLongOrdered(REORDERED, reordered);
    }

    void refusedOne() {
        buffer.putLongOrdered(REFUSED, buffer.getLong(REFUSED) + 1);
    }
}
