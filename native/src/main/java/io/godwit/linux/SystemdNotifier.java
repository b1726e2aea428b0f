package io.godwit.linux;

import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Tells the service manager how we are (sd_notify(3)). Does nothing when nobody asked, that is without {@code NOTIFY_SOCKET}. */
public final class SystemdNotifier {
    /** struct sockaddr_un: family (16 bit), path. */
    private static final int PATH_OFFSET = 2;

    private static final int PATH_LIMIT = 108;

    private final Optional<String> socketPath;
    private final Optional<Duration> watchdogInterval;

    private SystemdNotifier(Optional<String> socketPath, Optional<Duration> watchdogInterval) {
        this.socketPath = socketPath;
        this.watchdogInterval = watchdogInterval;
    }

    /** @param environment e.g. {@link System#getenv()} */
    public static SystemdNotifier of(Map<String, String> environment) {
        return new SystemdNotifier(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                        .filter(path -> path.startsWith("/") || path.startsWith("@")),
                Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                        .filter(text -> text.matches("[1-9][0-9]{0,15}"))
                        .map(text -> Duration.ofNanos(Long.parseLong(text) * 1000)));
    }

    /** Start-up is complete. */
    public boolean ready() {
        return send("READY=1");
    }

    /** @param text one line for {@code systemctl status} */
    public boolean status(String text) {
        return send("STATUS=" + text.replace('\n', ' '));
    }

    /** Shutting down has begun. */
    public boolean stopping() {
        return send("STOPPING=1");
    }

    /** Still alive; expected more often than {@link #watchdogInterval}. */
    public boolean watchdog() {
        return send("WATCHDOG=1");
    }

    /** Within what time the service manager wants {@link #watchdog} calls, if it does. */
    public Optional<Duration> watchdogInterval() {
        return watchdogInterval;
    }

    /** Returns whether the message was handed over; a service manager that does not listen is no reason to stop. */
    private boolean send(String message) {
        return socketPath.isPresent() && send(socketPath.get().getBytes(StandardCharsets.UTF_8), message);
    }

    private static boolean send(byte[] path, String message) {
        if (path.length >= PATH_LIMIT) {
            return false;
        }
        int fd = Native.C.socket(Flags.AF_UNIX, Flags.SOCK_DGRAM | Flags.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return false;
        }
        try (NativeBuffer address = NativeBuffer.allocate(PATH_OFFSET + PATH_LIMIT);
                NativeBuffer text = NativeBuffer.ofString(message)) {
            address.putShort(0, (short) Flags.AF_UNIX);
            address.putBytes(PATH_OFFSET, path);
            boolean unnamed = path[0] == '@';
            if (unnamed) {
                address.putByte(PATH_OFFSET, (byte) 0);
            }
            int length = PATH_OFFSET + path.length + (unnamed ? 0 : 1);
            return Native.C.connect(fd, address.address(), length) >= 0
                    && Native.C.send(fd, text.address(), text.capacity() - 1, Flags.MSG_NOSIGNAL) >= 0;
        } finally {
            Native.C.close(fd);
        }
    }
}
