package io.godwit.linux.udp;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.ffi.SocketAddress;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An array of struct mmsghdr, each with one struct iovec or several, a socket address and room for control messages, laid out once in native memory
 * (64-bit Linux). Allocates nothing after construction.
 *
 * <pre>
 *   struct mmsghdr (64 octets)             struct iovec      struct cmsghdr
 *    0 name      8 name length (32 bit)    0 base            0 length (64 bit, header included)
 *   16 iovec    24 iovec count             8 length          8 level   12 type (32 bit)
 *   32 control  40 control length                           16 data
 *   48 flags (32 bit)   56 octets (32 bit)
 * </pre>
 */
final class MessageArray implements AutoCloseable {
    static final int CAPACITY = UdpBatchSocket.BATCH;
    static final int CONTROL_DATA = 16;
    /** One control message with up to 8 octets of data. */
    static final int CONTROL_SPACE = 24;

    private static final int MESSAGE = 64;
    private static final int NAME_LENGTH = 8;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int OCTETS = 56;
    private static final int VECTORS = 16;
    private static final int VECTOR_COUNT = 24;
    /** Octets of a vector. */
    static final int VECTOR = 16;

    private static final int NAMES = CAPACITY * MESSAGE;
    private static final int NAME = 32;
    private static final int CONTROLS = NAMES + CAPACITY * NAME;
    private static final int CONTROL = 128;
    private static final int VECTOR_POOL = CONTROLS + CAPACITY * CONTROL;
    /** Octets of one with a vector for each message. */
    static final int BYTES = VECTOR_POOL + CAPACITY * VECTOR;

    private final @Nullable NativeMemory memory;
    private final UnsafeBuffer buffer;
    private final long base;
    private final long vectors;

    /** With a vector for each message. */
    MessageArray() {
        this(CAPACITY);
    }

    /** @param vectorCount in all, at least {@link #CAPACITY}; memory is taken as they are used */
    MessageArray(int vectorCount) {
        this(NativeMemory.allocate(VECTOR_POOL + (long) vectorCount * VECTOR));
    }

    private MessageArray(NativeMemory own) {
        this(own, own.buffer());
    }

    /** In {@link #BYTES} of memory that somebody else gives back. */
    MessageArray(UnsafeBuffer buffer) {
        this(null, buffer);
    }

    private MessageArray(@Nullable NativeMemory memory, UnsafeBuffer buffer) {
        this.memory = memory;
        this.buffer = buffer;
        base = buffer.addressOffset();
        vectors = base + VECTOR_POOL;
        for (int i = 0; i < CAPACITY; i++) {
            int message = i * MESSAGE;
            buffer.putLong(message, base + nameOffset(i));
            vectors(i, i, 1);
            buffer.putLong(message + 32, base + controlOffset(i));
        }
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    long address(int index) {
        return base + (long) index * MESSAGE;
    }

    /** One vector for the whole payload. */
    void payload(int index, long address, long length) {
        vector(index, address, length);
        vectors(index, index, 1);
    }

    /** Fills vector {@code number}; the first {@link #CAPACITY} belong to the messages of the same index unless said otherwise. */
    void vector(int number, long address, long length) {
        vectorAt(base, (long) number * VECTOR, address, length);
    }

    /** The same, of the array at {@code base}, of the vector {@code offset} octets behind the first. */
    static void vectorAt(long base, long offset, long address, long length) {
        long iovec = base + VECTOR_POOL + offset;
        UnsafeApi.putLong(iovec, address);
        UnsafeApi.putLong(iovec + 8, length);
    }

    /** Gives message {@code index} the vectors {@code first} to {@code first + count - 1}. */
    void vectors(int index, int first, int count) {
        UnsafeApi.putLong(base + (long) index * MESSAGE + VECTORS, vectors + (long) first * VECTOR);
        UnsafeApi.putLong(base + (long) index * MESSAGE + VECTOR_COUNT, count);
    }

    /**
     * Message {@code index} of the array at {@code base} is the vector {@code offset} octets behind the first, with {@code controlLength} octets of control
     * messages.
     */
    static void plain(long base, long index, long offset, int controlLength) {
        long message = base + index * MESSAGE;
        UnsafeApi.putLong(message + VECTORS, base + VECTOR_POOL + offset);
        UnsafeApi.putLong(message + VECTOR_COUNT, 1);
        UnsafeApi.putLong(message + CONTROL_LENGTH, controlLength);
    }

    /**
     * Message {@code index} of the array at {@code base} has {@code count} vectors from its first on, a datagram of {@code size} octets each; the
     * control message for that is the third.
     */
    static void segment(long base, long index, int count, int size) {
        long message = base + index * MESSAGE;
        UnsafeApi.putLong(message + VECTOR_COUNT, count);
        UnsafeApi.putLong(message + CONTROL_LENGTH, 3 * CONTROL_SPACE);
        UnsafeApi.putInt(base + CONTROLS + 2 * CONTROL_SPACE + CONTROL_DATA + index * CONTROL, size);
    }

    int vectorCount(int index) {
        return vectorCount(base, index);
    }

    static int vectorCount(long base, long index) {
        return (int) UnsafeApi.getLong(base + index * MESSAGE + VECTOR_COUNT);
    }

    /** The first vector of message {@code index}. */
    int firstVector(int index) {
        return (int) (UnsafeApi.getLong(base + (long) index * MESSAGE + VECTORS) - vectors) / VECTOR;
    }

    long vectorAddress(int number) {
        return UnsafeApi.getLong(vectors + (long) number * VECTOR);
    }

    int vectorLength(int number) {
        return (int) UnsafeApi.getLong(vectors + (long) number * VECTOR + 8);
    }

    void nameLength(int index, int length) {
        buffer.putInt(index * MESSAGE + NAME_LENGTH, length);
    }

    /** Where the message's socket address stands, in the layout of {@link SocketAddress}. */
    static int nameOffset(int index) {
        return NAMES + index * NAME;
    }

    long nameAddress(int index) {
        return base + nameOffset(index);
    }

    /**
     * Socket address and the data of the control messages 0 and 1, of message {@code index} of the array at {@code base}; {@code name} holds the
     * first eight octets of the address.
     */
    static void envelope(long base, long index, long name, int control0, int control1) {
        UnsafeApi.putLong(base + NAMES + index * NAME, name);
        long controls = base + CONTROLS + CONTROL_DATA + index * CONTROL;
        UnsafeApi.putInt(controls, control0);
        UnsafeApi.putInt(controls + CONTROL_SPACE, control1);
    }

    /** The rest of an IPv6 socket address. */
    void ipv6Name(int index, long high, long low) {
        SocketAddress.putIpv6Address(nameAddress(index), high, low);
    }

    /** Whether the message goes to this IPv6 address. */
    boolean isTo(int index, long high, long low) {
        int name = nameOffset(index);
        return SocketAddress.ipv6Low(buffer, name) == low && SocketAddress.ipv6High(buffer, name) == high;
    }

    /** See {@link #envelope(long, long, long, int, int)}. */
    void envelope(int index, long name, int control0, int control1) {
        envelope(base, index, name, control0, control1);
    }

    /** Writes 32 bits of data of the control message number {@code slot}. */
    void control(int index, int slot, int value) {
        UnsafeApi.putInt(base + controlData(index, slot), value);
    }

    /** Where the message's first control message stands. */
    static int controlOffset(int index) {
        return CONTROLS + index * CONTROL;
    }

    void controlLength(int index, int length) {
        buffer.putLong(index * MESSAGE + CONTROL_LENGTH, length);
    }

    int controlLength(int index) {
        return (int) buffer.getLong(index * MESSAGE + CONTROL_LENGTH);
    }

    /** Writes the header of the control message number {@code slot} of a message. */
    void controlHeader(int index, int slot, int level, int type, int dataLength) {
        int offset = controlOffset(index) + slot * CONTROL_SPACE;
        buffer.putLong(offset, CONTROL_DATA + dataLength);
        buffer.putInt(offset + 8, level);
        buffer.putInt(offset + 12, type);
    }

    /** Data of the control message number {@code slot}. */
    static int controlData(int index, int slot) {
        return controlOffset(index) + slot * CONTROL_SPACE + CONTROL_DATA;
    }

    /** Copies address and control messages. */
    void copyEnvelope(int index, MessageArray from, int fromIndex) {
        buffer.putBytes(nameOffset(index), from.buffer, nameOffset(fromIndex), NAME);
        buffer.putBytes(controlOffset(index), from.buffer, controlOffset(fromIndex), CONTROL);
        nameLength(index, from.buffer.getInt(fromIndex * MESSAGE + NAME_LENGTH));
    }

    /** Makes the message ready to receive into. */
    void prepareToReceive(int index) {
        nameLength(index, NAME);
        controlLength(index, CONTROL);
        buffer.putInt(index * MESSAGE + FLAGS, 0);
    }

    int flags(int index) {
        return buffer.getInt(index * MESSAGE + FLAGS);
    }

    /** Octets received. */
    int octets(int index) {
        return buffer.getInt(index * MESSAGE + OCTETS);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
