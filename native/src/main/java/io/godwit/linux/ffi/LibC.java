package io.godwit.linux.ffi;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that the router calls, named and ordered as in their manual pages. Pointers are addresses; results are
 * those of C, -1 for a failure whose reason {@link Native#errno()} tells.
 *
 * <p>With primitives only, JNR-FFI 2.3.2 makes each function a native method bound to a stub of machine code: nothing to allocate. On
 * x86-64 its stub passes the fifth integer argument again as the sixth, so functions here have five at the most.
 */
public interface LibC {
    // --- files and devices

    int open(long path, int flags, int mode);

    int close(int fd);

    long read(int fd, long buffer, long count);

    long pread(int fd, long buffer, long count, long offset);

    long write(int fd, long buffer, long count);

    long writev(int fd, long vectors, int count);

    int ioctl(int fd, long request, long argument);

    int fcntl(int fd, int command, long argument);

    // --- sockets

    int socket(int domain, int type, int protocol);

    int bind(int fd, long address, int length);

    int getsockname(int fd, long address, long lengthAddress);

    int setsockopt(int fd, int level, int option, long value, int length);

    int getsockopt(int fd, int level, int option, long value, long lengthAddress);

    int sendmmsg(int fd, long messages, int count, int flags);

    int recvmmsg(int fd, long messages, int count, int flags, long timeout);

    int connect(int fd, long address, int length);

    long send(int fd, long buffer, long length, int flags);

    long recv(int fd, long buffer, long length, int flags);

    // --- waiting

    int poll(long descriptors, long count, int timeoutMillis);

    int eventfd(int initial, int flags);

    int epoll_create1(int flags);

    int epoll_ctl(int epoll, int operation, int fd, long event);

    int epoll_wait(int epoll, long events, int capacity, int timeoutMillis);

    int nanosleep(long duration, long remaining);

    // --- memory, threads, namespaces

    /** The address is a {@link Pointer} so that the call takes JNR's general path: see above. */
    long mmap(@Nullable Pointer address, long length, int protection, int flags, int fd, long offset);

    int munmap(long address, long length);

    int madvise(long address, long length, int advice);

    int prctl(int option, long argument);

    int sched_setaffinity(int thread, long size, long mask);

    int sched_getaffinity(int thread, long size, long mask);

    int sched_getcpu();

    int gettid();

    int sched_setscheduler(int thread, int policy, long parameters);

    int getpriority(int which, int who);

    int setpriority(int which, int who, int priority);

    int unshare(int flags);

    int setns(int fd, int type);

    int mount(long source, long target, long type, long flags, long data);

    int umount2(long target, int flags);

    int if_nametoindex(long name);

    String strerror(int errno);
}
