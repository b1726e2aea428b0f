package io.godwit.linux;

import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;

/** Which processors the thread that made it may run on: those of then, or one of them. Allocates nothing after the start. */
final class ThreadProcessors implements Placement.Processors {
    private static final int CALLING_THREAD = 0;

    private final NativeBuffer all = NativeBuffer.allocate(ThreadAffinity.MASK_LENGTH);
    private final NativeBuffer one = NativeBuffer.allocate(ThreadAffinity.MASK_LENGTH);

    private final boolean known;

    ThreadProcessors() {
        known = Native.C.sched_getaffinity(CALLING_THREAD, ThreadAffinity.MASK_LENGTH, all.address()) >= 0;
    }

    @Override
    public boolean areKnown() {
        return known;
    }

    @Override
    public boolean mayRunOn(int processor) {
        return (all.getByte(processor / Byte.SIZE) >>> (processor % Byte.SIZE) & 1) != 0;
    }

    @Override
    public int current() {
        return Native.C.sched_getcpu();
    }

    @Override
    public boolean bindTo(int processor) {
        one.setMemory(0, ThreadAffinity.MASK_LENGTH, (byte) 0);
        one.putByte(processor / Byte.SIZE, (byte) (1 << (processor % Byte.SIZE)));
        return runOn(one);
    }

    @Override
    public void release() {
        runOn(all);
    }

    private static boolean runOn(NativeBuffer mask) {
        return Native.C.sched_setaffinity(CALLING_THREAD, ThreadAffinity.MASK_LENGTH, mask.address()) == 0;
    }

    @Override
    public void close() {
        all.close();
        one.close();
    }
}
