package io.godwit.linux.netlink;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** An rtnetlink socket: one request at a time, answers matched by sequence number. Used by one thread. */
final class NetlinkSocket implements AutoCloseable {
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int SO_RCVTIMEO = 20;
    private static final int PATIENCE_SECONDS = 5;
    private static final int DUMP_ATTEMPTS = 5;
    /** struct sockaddr_nl: family (16 bit), padding, port, groups. */
    private static final int ADDRESS_LENGTH = 12;
    /** The kernel fills at most 32 KiB at a time. */
    private static final int RECEIVE_CAPACITY = 1 << 16;

    /** The error number and a struct nlmsghdr, the request's; attributes follow. */
    private static final int ERROR_FIXED_LENGTH = 20;

    private static final int NLMSGERR_ATTR_MSG = 1;

    private final NativeBuffer received = NativeBuffer.allocate(RECEIVE_CAPACITY);
    private final int fd;
    private int sequence;
    /** What the kernel said about the last error, beside its number. */
    private String explanation = "";

    private boolean closed;

    /** @param groups bit mask of multicast groups to hear */
    NetlinkSocket(int groups) {
        fd = Native.check(
                Native.C.socket(Flags.AF_NETLINK, Flags.SOCK_RAW | Flags.SOCK_CLOEXEC, NETLINK_ROUTE),
                "Cannot open a netlink socket");
        setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
        setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
        try (NativeBuffer timeout = NativeBuffer.allocate(2 * Long.BYTES);
                NativeBuffer address = NativeBuffer.allocate(ADDRESS_LENGTH)) {
            timeout.putLong(0, PATIENCE_SECONDS);
            Native.C.setsockopt(fd, Flags.SOL_SOCKET, SO_RCVTIMEO, timeout.address(), 2 * Long.BYTES);
            address.putShort(0, (short) Flags.AF_NETLINK);
            address.putInt(8, groups);
            Native.check(Native.C.bind(fd, address.address(), ADDRESS_LENGTH), "Cannot bind a netlink socket");
        }
    }

    /** What an older kernel does not know, it does without: errors are then less exact, dumps longer. */
    private void setOption(int level, int option, int value) {
        try (NativeBuffer argument = NativeBuffer.allocate(Integer.BYTES)) {
            argument.putInt(0, value);
            Native.C.setsockopt(fd, level, option, argument.address(), Integer.BYTES);
        }
    }

    int fd() {
        return fd;
    }

    /** Sends a change and waits for the kernel's word; {@code forgiven} errnos count as done. */
    void change(NetlinkMessage request, String sentence, int... forgiven) {
        int errno = send(request, sentence, message -> {});
        for (int harmless : forgiven) {
            if (errno == harmless) {
                return;
            }
        }
        if (errno != 0) {
            throw refused(sentence, errno);
        }
    }

    /** Asks for one object; empty when the kernel answers with one of the errnos {@code missing}. */
    <T> Optional<T> get(
            NetlinkMessage request, Function<NetlinkMessage, Optional<T>> decoder, String sentence, int... missing) {
        List<T> found = new ArrayList<>();
        int errno = send(request, sentence, message -> decoder.apply(message).ifPresent(found::add));
        for (int absent : missing) {
            if (errno == absent) {
                return Optional.empty();
            }
        }
        if (errno != 0) {
            throw refused(sentence, errno);
        }
        return found.stream().findFirst();
    }

    /** Asks for all objects; again when they changed meanwhile. A table that does not exist is an empty one. */
    <T> List<T> dump(NetlinkMessage request, Function<NetlinkMessage, Optional<T>> decoder, String sentence) {
        for (int attempt = 0; ; attempt++) {
            List<T> found = new ArrayList<>();
            boolean[] interrupted = new boolean[1];
            int errno = send(request, sentence, message -> {
                interrupted[0] |= (message.flags() & NetlinkMessage.NLM_F_DUMP_INTERRUPTED) != 0;
                decoder.apply(message).ifPresent(found::add);
            });
            if (errno != 0 && errno != Errno.ENOENT) {
                throw refused(sentence, errno);
            }
            if (!interrupted[0] || attempt == DUMP_ATTEMPTS) {
                return found;
            }
        }
    }

    private LinuxException refused(String sentence, int errno) {
        if (Native.isPermission(errno)) {
            return new LinuxException(sentence + ": no permission; run as root or with CAP_NET_ADMIN", errno);
        }
        return Native.failure(explanation.isEmpty() ? sentence : sentence + " (" + explanation + ")", errno);
    }

    /** Sends, hands every answer to {@code reader}, and returns the final errno. */
    private int send(NetlinkMessage request, String sentence, Consumer<NetlinkMessage> reader) {
        byte[] octets = request.finish(++sequence);
        try (NativeBuffer memory = NativeBuffer.allocate(octets.length)) {
            memory.putBytes(0, octets);
            if (Native.C.send(fd, memory.address(), octets.length, 0) < 0) {
                return Native.errno();
            }
        }
        explanation = "";
        int[] result = {-1};
        while (result[0] < 0) {
            int failure = receive(message -> {
                if (message.sequence() == sequence && result[0] < 0) {
                    result[0] = read(message, reader);
                }
            });
            if (failure != 0 && failure != Errno.EINTR) {
                throw Native.failure(sentence + ": the kernel did not answer", failure);
            }
        }
        return result[0];
    }

    /** Returns the final errno, or -1 when more is to come. */
    private int read(NetlinkMessage message, Consumer<NetlinkMessage> reader) {
        boolean error = message.type() == NetlinkMessage.NLMSG_ERROR;
        if (error || message.type() == NetlinkMessage.NLMSG_DONE) {
            int fixedLength = error ? ERROR_FIXED_LENGTH : Integer.BYTES;
            explanation = message.textAttribute(fixedLength, NLMSGERR_ATTR_MSG).orElse("");
            return message.holds(Integer.BYTES) ? -message.number(0) : 0;
        }
        reader.accept(message);
        return -1;
    }

    /** Receives one datagram and hands its messages over; returns 0 or an errno. */
    int receive(Consumer<NetlinkMessage> reader) {
        int length = (int) Native.C.recv(fd, received.address(), RECEIVE_CAPACITY, 0);
        if (length < 0) {
            return Native.errno();
        }
        int offset = 0;
        while (offset + NetlinkMessage.HEADER_LENGTH <= length) {
            int size = received.getInt(offset);
            if (size < NetlinkMessage.HEADER_LENGTH || offset + size > length) {
                return Errno.EINVAL;
            }
            reader.accept(NetlinkMessage.view(received, offset, size));
            offset += (size + 3) & -4;
        }
        return 0;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Native.C.close(fd);
            received.close();
        }
    }
}
