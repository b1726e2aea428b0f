package io.godwit.linux.ffi;

import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/** A small block of zeroed native memory for a call's structures; native byte order. Freed by {@link #close}. */
public final class NativeBuffer extends UnsafeBuffer implements AutoCloseable {
    private long allocated;

    private NativeBuffer(long address, int bytes) {
        super(address, bytes);
        this.allocated = address;
    }

    public static NativeBuffer allocate(int bytes) {
        long address = UnsafeApi.allocateMemory(bytes);
        UnsafeApi.setMemory(address, bytes, (byte) 0);
        return new NativeBuffer(address, bytes);
    }

    /** {@code text} in UTF-8 with a terminating zero. */
    public static NativeBuffer ofString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        NativeBuffer buffer = allocate(bytes.length + 1);
        buffer.putBytes(0, bytes);
        return buffer;
    }

    public long address() {
        return addressOffset();
    }

    @Override
    public void close() {
        if (allocated != 0) {
            UnsafeApi.freeMemory(allocated);
            allocated = 0;
            wrap(0, 0);
        }
    }
}
