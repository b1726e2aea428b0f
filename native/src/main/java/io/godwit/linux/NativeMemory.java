package io.godwit.linux;

import io.godwit.linux.ffi.Native;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A page-aligned, zeroed slab outside the heap for packet slots and tables: an anonymous mapping, whose pages take memory only once touched
 * and are given back by {@link #close}.
 */
public final class NativeMemory implements AutoCloseable {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;
    private static final long HUGE_PAGE = 2 << 20;

    private final long mapping;
    private final long mapped;
    private final long address;
    private final long length;
    private boolean closed;

    private NativeMemory(long mapping, long mapped, long address, long length) {
        this.mapping = mapping;
        this.mapped = mapped;
        this.address = address;
        this.length = length;
    }

    /** {@code bytes} of memory, aligned to a page. */
    public static NativeMemory allocate(long bytes) {
        long mapping = map(bytes);
        return new NativeMemory(mapping, bytes, mapping, bytes);
    }

    /**
     * Memory aligned to 2 MiB for which the kernel is asked for huge pages: random access to a large table then misses the TLB less. A
     * kernel without them gives ordinary pages.
     */
    public static NativeMemory allocateHuge(long bytes) {
        return allocateHuge(bytes, bytes);
    }

    /** The same, huge pages for the first {@code hugeBytes} only. */
    public static NativeMemory allocateHuge(long bytes, long hugeBytes) {
        long mapped = bytes + HUGE_PAGE;
        long mapping = map(mapped);
        long address = (mapping + HUGE_PAGE - 1) & -HUGE_PAGE;
        Native.C.madvise(address, (hugeBytes + HUGE_PAGE - 1) & -HUGE_PAGE, MADV_HUGEPAGE);
        return new NativeMemory(mapping, mapped, address, bytes);
    }

    private static long map(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("cannot allocate " + bytes + " bytes");
        }
        long address = Native.C.mmap(null, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        if (address == -1) {
            throw Native.failure("Cannot allocate " + bytes + " bytes outside the heap", Native.errno());
        }
        return address;
    }

    public long address() {
        return address;
    }

    /** Bytes. */
    public long length() {
        return length;
    }

    /** The whole slab as a buffer; it must not be used after {@link #close}. */
    public UnsafeBuffer buffer() {
        return buffer(0, Math.toIntExact(length));
    }

    /** {@code bytes} of the slab from {@code offset} on. */
    public UnsafeBuffer buffer(long offset, int bytes) {
        if (offset < 0 || bytes < 0 || offset + bytes > length) {
            throw new IndexOutOfBoundsException("[" + offset + ", +" + bytes + ") of " + length + " bytes");
        }
        return new UnsafeBuffer(address + offset, bytes);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Native.C.munmap(mapping, mapped);
        }
    }
}
