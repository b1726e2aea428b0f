package io.godwit.linux;

import io.godwit.linux.ffi.Native;

/** File descriptors that others opened. */
public final class Descriptors {
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int ANY = 0;

    private Descriptors() {}

    /** Another descriptor of the same open file, which the caller closes (fcntl(2)). Throws {@link LinuxException} when there are too many. */
    public static int duplicate(int fd) {
        return Native.check(Native.C.fcntl(fd, F_DUPFD_CLOEXEC, ANY), "Cannot duplicate descriptor " + fd);
    }
}
