package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SystemdNotifierTest {
    @Test
    void shouldTellServiceManagerAtAPath(@TempDir Path folder) {
        shouldTell(folder.resolve("notify").toString());
    }

    @Test
    void shouldTellServiceManagerAtAnAbstractName() {
        shouldTell("@godwit-test-" + ProcessHandle.current().pid());
    }

    private static void shouldTell(String name) {
        int fd = Native.C.socket(Flags.AF_UNIX, Flags.SOCK_DGRAM | Flags.SOCK_CLOEXEC | Flags.SOCK_NONBLOCK, 0);
        try (NativeBuffer address = NativeBuffer.ofString("  " + name)) {
            address.putShort(0, (short) Flags.AF_UNIX);
            if (name.startsWith("@")) {
                address.putByte(2, (byte) 0);
            }
            assertThat(Native.C.bind(fd, address.address(), 2 + name.length())).isZero();
            SystemdNotifier notifier = SystemdNotifier.of(Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "3000000"));

            assertThat(notifier.ready()).isTrue();
            assertThat(receive(fd)).isEqualTo("READY=1");
            assertThat(notifier.status("2 mappings\nREADY=1")).isTrue();
            assertThat(receive(fd)).isEqualTo("STATUS=2 mappings READY=1");
            assertThat(notifier.watchdog()).isTrue();
            assertThat(receive(fd)).isEqualTo("WATCHDOG=1");
            assertThat(notifier.stopping()).isTrue();
            assertThat(receive(fd)).isEqualTo("STOPPING=1");
            assertThat(notifier.watchdogInterval()).contains(Duration.ofSeconds(3));
        } finally {
            Native.C.close(fd);
        }
    }

    @Test
    void shouldDoNothingWhenNobodyAsked() {
        SystemdNotifier notifier = SystemdNotifier.of(Map.of());
        assertThat(notifier.ready()).isFalse();
        assertThat(notifier.watchdogInterval()).isEmpty();
        assertThat(SystemdNotifier.of(Map.of("NOTIFY_SOCKET", "/nonexistent/socket"))
                        .ready())
                .isFalse();
    }

    private static String receive(int fd) {
        try (NativeBuffer message = NativeBuffer.allocate(200)) {
            int length = (int) Native.C.recv(fd, message.address(), 200, 0);
            byte[] octets = new byte[length];
            message.getBytes(0, octets);
            return new String(octets, java.nio.charset.StandardCharsets.US_ASCII);
        }
    }
}
