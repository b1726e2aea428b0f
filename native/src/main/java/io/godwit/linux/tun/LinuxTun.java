package io.godwit.linux.tun;

import io.godwit.linux.Errno;
import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.ffi.LibC;
import io.godwit.linux.ffi.Native;

/** One queue of a kernel TUN device. */
final class LinuxTun implements TunDevice {
    private final LibC libc = Native.C;
    private final String name;
    private final int interfaceIndex;
    private final TunOffloads offloads;
    private int fd;

    LinuxTun(int fd, String name, int interfaceIndex, TunOffloads offloads) {
        this.fd = fd;
        this.name = name;
        this.interfaceIndex = interfaceIndex;
        this.offloads = offloads;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int interfaceIndex() {
        return interfaceIndex;
    }

    @Override
    public TunOffloads offloads() {
        return offloads;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public int read(long address, int capacity) {
        return result((int) libc.read(fd, address, capacity));
    }

    @Override
    public void detach() {
        TunFactory.detach(fd, name);
    }

    @Override
    public int write(long address, int length) {
        return result((int) libc.write(fd, address, length));
    }

    @Override
    public int writeGathered(long vectors, int count) {
        return result((int) libc.writev(fd, vectors, count));
    }

    private static int result(int result) {
        if (result >= 0) {
            return result;
        }
        int errno = Native.errno();
        return errno == Errno.EAGAIN || errno == Errno.EINTR ? 0 : -errno;
    }

    @Override
    public void close() {
        if (fd >= 0) {
            libc.close(fd);
            fd = -1;
        }
    }
}
