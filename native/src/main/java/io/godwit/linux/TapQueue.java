package io.godwit.linux;

import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import io.godwit.linux.ffi.Syscalls;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A queue of a tap that another process has open, through a descriptor of our own for the same open file: what that process does not read
 * any more, we can. Not thread-safe.
 */
public final class TapQueue implements AutoCloseable {
    private static final long TUNGETIFF = 0x800454d2L;
    private static final long TUNGETVNETHDRSZ = 0x800454d7L;
    private static final int IFREQ_LENGTH = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int LARGEST = 65_536 + 64;
    private static final int POLLFD_LENGTH = 8;
    private static final short POLLIN = 1;

    private final int fd;
    private final int header;
    private final NativeBuffer frame = NativeBuffer.allocate(LARGEST);
    private final NativeBuffer pollfd = NativeBuffer.allocate(POLLFD_LENGTH);

    private TapQueue(int fd, int header) {
        this.fd = fd;
        this.header = header;
    }

    /**
     * The queues that process {@code pid} has of the tap {@code name}; empty when it has none. Needs the rights of a debugger of that
     * process. Throws {@link LinuxException} when they are missing.
     */
    public static List<TapQueue> of(long pid, String name) {
        List<TapQueue> queues = new ArrayList<>();
        long process = Syscalls.C.syscall(Syscalls.PIDFD_OPEN, pid, 0, 0);
        if (process < 0) {
            throw Native.failure("Cannot look into process " + pid, Native.errno());
        }
        try {
            for (int theirs : descriptors(pid, name)) {
                long ours = Syscalls.C.syscall(Syscalls.PIDFD_GETFD, process, theirs, 0);
                if (ours < 0) {
                    throw Native.failure("Cannot share the tap " + name + " of process " + pid, Native.errno());
                }
                queues.add(new TapQueue((int) ours, headerLength((int) ours)));
            }
        } finally {
            Native.C.close((int) process);
        }
        return queues;
    }

    private static List<Integer> descriptors(long pid, String name) {
        List<Integer> found = new ArrayList<>();
        Path infos = Path.of("/proc/" + pid + "/fdinfo");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(infos)) {
            for (Path info : all) {
                if (Files.readAllLines(info).contains("iff:\t" + name)) {
                    found.add(Integer.parseInt(info.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            return found; // The process has ended, or closed one while we looked.
        }
        return found;
    }

    /** Octets of the virtio header before each frame. */
    private static int headerLength(int fd) {
        try (NativeBuffer request = NativeBuffer.allocate(IFREQ_LENGTH);
                NativeBuffer size = NativeBuffer.allocate(Integer.BYTES)) {
            boolean has = Native.C.ioctl(fd, TUNGETIFF, request.address()) >= 0
                    && (request.getShort(IFREQ_FLAGS) & IFF_VNET_HDR) != 0;
            return has && Native.C.ioctl(fd, TUNGETVNETHDRSZ, size.address()) >= 0 ? size.getInt(0) : 0;
        }
    }

    /** The next Ethernet frame that waits to be read, without blocking; empty when none does. */
    public Optional<byte[]> poll() {
        pollfd.putInt(0, fd);
        pollfd.putInt(Integer.BYTES, POLLIN);
        if (Native.C.poll(pollfd.address(), 1, 0) <= 0) {
            return Optional.empty();
        }
        long length = Native.C.read(fd, frame.address(), LARGEST);
        if (length <= header) {
            return Optional.empty();
        }
        byte[] octets = new byte[(int) length - header];
        frame.getBytes(header, octets);
        return Optional.of(octets);
    }

    @Override
    public void close() {
        Native.C.close(fd);
        frame.close();
        pollfd.close();
    }
}
