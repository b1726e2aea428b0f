package io.godwit.linux.udp;

import io.godwit.linux.Errno;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.LibC;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;

/** sendmmsg that goes on over partial sends, a full socket buffer and errors that earlier packets left on the socket. */
class MessageSender implements AutoCloseable {
    /** Waits for room, each at most {@link #WAIT_MILLIS}, without a message sent in between, before giving up. */
    private static final int MAX_WAITS = 4;

    private static final int WAIT_MILLIS = 2;

    private final LibC libc = Native.C;
    private final int fd;
    /** struct pollfd: descriptor, events (16 bit), returned events. */
    private final NativeBuffer pollDescriptor = NativeBuffer.allocate(8);

    private int errno;
    private int waits;
    private boolean retried;

    MessageSender(int fd) {
        this.fd = fd;
        pollDescriptor.putInt(0, fd);
        pollDescriptor.putShort(4, (short) Flags.POLLOUT);
    }

    /**
     * Sends messages in order until all are sent or one is refused.
     *
     * @return messages sent; if fewer than {@code count}, {@link #errno} tells why the next one was refused
     */
    int send(MessageArray messages, int from, int count) {
        int sent = 0;
        waits = 0;
        retried = false;
        while (sent < count) {
            int result = libc.sendmmsg(
                    fd, messages.address(from + sent), count - sent, Flags.MSG_DONTWAIT | Flags.MSG_NOSIGNAL);
            if (result > 0) {
                sent += result;
                waits = 0;
                retried = false;
            } else if (!mayRetry(result == 0 ? Errno.EIO : Native.errno())) {
                break;
            }
        }
        return sent;
    }

    /** Why the last send stopped early. */
    int errno() {
        return errno;
    }

    private boolean mayRetry(int failure) {
        errno = failure;
        return switch (failure) {
            case Errno.EINTR -> true;
            case Errno.EAGAIN -> waits++ < MAX_WAITS && libc.poll(pollDescriptor.address(), 1, WAIT_MILLIS) >= 0;
            case Errno.EMSGSIZE, Errno.EINVAL, Errno.EIO, Errno.ENOBUFS -> false;
            default -> retryOnce();
        };
    }

    /** An error that an ICMP message left on the socket is told to whatever is sent next, which is innocent: it gets a second try. */
    private boolean retryOnce() {
        boolean first = !retried;
        retried = true;
        return first;
    }

    @Override
    public void close() {
        pollDescriptor.close();
    }
}
