package io.godwit.linux.ffi;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;

/** System calls that older C libraries have no function for, by number: these have the same on every architecture. */
public interface Syscalls {
    Syscalls C = LibraryLoader.create(Syscalls.class)
            .failImmediately()
            .load(Platform.getNativePlatform().getStandardCLibraryName());

    long PIDFD_OPEN = 434;
    long PIDFD_GETFD = 438;

    /** @return as the call does, -1 for a failure whose reason {@link Native#errno()} tells */
    long syscall(long number, long first, long second, long third);
}
