package io.godwit.linux;

import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import io.godwit.linux.netlink.LinuxNetlink;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A named network namespace, the same as {@code ip netns} makes and shows. What runs in it runs on a thread of its own; descriptors opened there
 * stay in the namespace whoever uses them, and so do processes started there.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final Path FOLDER = Path.of("/run/netns");
    private static final int CLONE_NEWNET = 0x40000000;
    private static final long MS_BIND = 0x1000;
    private static final long MS_REC = 0x4000;
    private static final long MS_SHARED = 1 << 20;
    private static final int MNT_DETACH = 2;

    private final String name;
    private final Path path;

    private NetworkNamespace(String name) {
        this.name = name;
        this.path = FOLDER.resolve(name);
    }

    /** One that exists. */
    public static NetworkNamespace open(String name) {
        NetworkNamespace namespace = new NetworkNamespace(name);
        if (!Files.exists(namespace.path)) {
            throw new LinuxException("There is no network namespace " + name, Errno.ENOENT);
        }
        return namespace;
    }

    /** A new one, with its loopback interface up. */
    public static NetworkNamespace create(String name) {
        NetworkNamespace namespace = new NetworkNamespace(name);
        namespace.makeMountPoint();
        try {
            onThread(name, () -> {
                Native.check(Native.C.unshare(CLONE_NEWNET), "Cannot make network namespace " + name);
                int result = mount("/proc/thread-self/ns/net", namespace.path.toString(), MS_BIND);
                Native.check(result, "Cannot name network namespace " + name);
                try (LinuxNetlink netlink = new LinuxNetlink()) {
                    netlink.setUp(1, true);
                }
                return name;
            });
        } catch (LinuxException e) {
            namespace.close();
            throw e;
        }
        return namespace;
    }

    private void makeMountPoint() {
        try {
            Files.createDirectories(FOLDER);
            shareFolder();
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            throw new LinuxException("There is already a network namespace " + name, Errno.EEXIST);
        } catch (IOException e) {
            throw new LinuxException("Cannot make " + path + " (" + e.getMessage() + "): run as root", Errno.EACCES);
        }
    }

    /** Mounts made in the folder are to be seen by processes that have a mount namespace of their own, as ip-netns(8) does it. */
    private static void shareFolder() {
        String folder = FOLDER.toString();
        if (mount("", folder, MS_SHARED | MS_REC) < 0) {
            mount(folder, folder, MS_BIND | MS_REC);
            mount("", folder, MS_SHARED | MS_REC);
        }
    }

    private static int mount(String source, String target, long flags) {
        try (NativeBuffer from = NativeBuffer.ofString(source);
                NativeBuffer to = NativeBuffer.ofString(target);
                NativeBuffer type = NativeBuffer.ofString("none")) {
            return Native.C.mount(from.address(), to.address(), type.address(), flags, 0);
        }
    }

    public String name() {
        return name;
    }

    /** Runs {@code work} inside and waits for it; what it throws comes back as it is, or wrapped if checked. */
    public <T> T call(Callable<T> work) {
        return onThread(name, () -> {
            enter();
            return work.call();
        });
    }

    /** Like {@link #call}, without a result. */
    public void run(Runnable work) {
        call(() -> {
            work.run();
            return name;
        });
    }

    /** Moves the calling thread into this namespace, for good. */
    public void enter() {
        int fd = Native.open(path.toString(), Flags.O_RDONLY);
        if (fd < 0) {
            throw Native.failure("Cannot open network namespace " + name, -fd);
        }
        try {
            Native.check(Native.C.setns(fd, CLONE_NEWNET), "Cannot enter network namespace " + name);
        } finally {
            Native.C.close(fd);
        }
    }

    private static <T> T onThread(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().name("netns-" + name).start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in network namespace " + name, e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException unchecked -> throw unchecked;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException("failed in network namespace " + name, e);
            }
        }
    }

    /** Removes the name; the namespace itself lives on while something in it does. */
    @Override
    public void close() {
        try (NativeBuffer target = NativeBuffer.ofString(path.toString())) {
            Native.C.umount2(target.address(), MNT_DETACH);
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new LinuxException("Cannot remove " + path + " (" + e.getMessage() + ")", Errno.EBUSY);
        }
    }
}
