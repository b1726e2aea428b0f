package io.godwit.linux;

import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;

/** How long each processor has idled since the machine started: proc_stat(5), whose ticks are 10 ms. Allocates nothing after the start. */
final class IdleTimes implements AutoCloseable {
    /** Of a machine with more the kernel takes long to write them all. */
    static final int MOST_PROCESSORS = 16;

    static final String FILE = "/proc/stat";

    /** Whole lines of so many processors, with that of their sums. */
    private static final int CAPACITY = 4096;
    /** Numbers of a line before the one that counts: user, nice and system. */
    private static final int BEFORE_IDLE = 3;

    private final int fd;
    private final NativeBuffer text = NativeBuffer.allocate(CAPACITY);
    private int position;
    private int length;

    IdleTimes(String file) {
        fd = Native.open(file, Flags.O_RDONLY);
    }

    /**
     * @param ticks gets those of processor {@code i} at {@code i}; {@link #MOST_PROCESSORS} long
     * @return how many processors there are; 0 when that cannot be told, or they are too many
     */
    int read(long[] ticks) {
        length = fd < 0 ? 0 : (int) Native.C.pread(fd, text.address(), CAPACITY, 0);
        position = 0;
        nextLine();
        int found = 0;
        while (isProcessor()) {
            int processor = (int) number();
            if (processor >= MOST_PROCESSORS) {
                return 0;
            }
            for (int i = 0; i < BEFORE_IDLE; i++) {
                number();
            }
            ticks[processor] = number();
            found++;
            nextLine();
        }
        return found;
    }

    private boolean isProcessor() {
        return octet(position) == 'c' && octet(position + 1) == 'p' && octet(position + 2) == 'u';
    }

    private long number() {
        while (position < length && !isDigit()) {
            position++;
        }
        long number = 0;
        while (position < length && isDigit()) {
            number = number * 10 + octet(position) - '0';
            position++;
        }
        return number;
    }

    private boolean isDigit() {
        return octet(position) >= '0' && octet(position) <= '9';
    }

    private void nextLine() {
        while (position < length && octet(position) != '\n') {
            position++;
        }
        position++;
    }

    private int octet(int offset) {
        return offset < length ? text.getByte(offset) : 0;
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Native.C.close(fd);
        }
        text.close();
    }
}
