package io.godwit.linux.ffi;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Runtime;

/** The loaded C library, its errno, and small helpers for calls off the hot path. */
public final class Native {
    public static final LibC C = LibraryLoader.create(LibC.class)
            .failImmediately()
            .load(Platform.getNativePlatform().getStandardCLibraryName());

    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    static {
        // Loads what errno() needs, so that the first EAGAIN on the hot path allocates nothing.
        C.close(-1);
        if (errno() != 9) {
            throw new IllegalStateException("errno is not saved by calls through JNR-FFI on this platform");
        }
    }

    private Native() {}

    /** errno of this thread's last call; meaningful only after a failed one. Allocates nothing. */
    public static int errno() {
        return LastError.getLastError(RUNTIME);
    }

    /** {@code result}, or the exception that says {@code sentence}: and why the kernel refused. */
    public static int check(int result, String sentence) {
        if (result < 0) {
            throw failure(sentence, errno());
        }
        return result;
    }

    /** "{@code sentence}: Operation not permitted". */
    public static LinuxException failure(String sentence, int errno) {
        return new LinuxException(sentence + ": " + C.strerror(errno), errno);
    }

    /** The file descriptor of {@code path}, or -errno. */
    public static int open(String path, int flags) {
        try (NativeBuffer name = NativeBuffer.ofString(path)) {
            int fd = C.open(name.address(), flags | Flags.O_CLOEXEC, 0);
            return fd < 0 ? -errno() : fd;
        }
    }

    /** Index of the interface, or 0. */
    public static int interfaceIndex(String name) {
        try (NativeBuffer text = NativeBuffer.ofString(name)) {
            return C.if_nametoindex(text.address());
        }
    }

    /** Whether the errno says that the caller lacks a capability. */
    public static boolean isPermission(int errno) {
        return errno == Errno.EPERM || errno == Errno.EACCES;
    }
}
