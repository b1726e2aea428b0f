package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.testing.NamespaceTest;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory, CPUs, settings and namespaces. */
@Timeout(120)
class HostTest {
    @Test
    void shouldGiveZeroedAlignedMemory() {
        try (NativeMemory memory = NativeMemory.allocate(100_000);
                NativeMemory huge = NativeMemory.allocateHuge(5_000_000)) {
            assertThat(memory.address() % 4096).isZero();
            assertThat(huge.address() % (2 << 20)).isZero();
            assertThat(huge.length()).isEqualTo(5_000_000);
            UnsafeBuffer buffer = huge.buffer();
            assertThat(buffer.getLong(4_999_992)).isZero();
            buffer.putLong(4_999_992, 7);
            assertThat(huge.buffer(4_999_992, 8).getLong(0)).isEqualTo(7);
            assertThatThrownBy(() -> huge.buffer(4_999_993, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> NativeMemory.allocate(1L << 60))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("Cannot allocate");
    }

    @Test
    void shouldPinTheThreadThatAsks() throws Exception {
        int last = ThreadAffinity.availableCpus().getLast();
        FutureTask<List<Integer>> pinned = new FutureTask<>(() -> {
            ThreadAffinity.pin(last);
            return ThreadAffinity.availableCpus();
        });
        Thread.ofPlatform().start(pinned);
        assertThat(pinned.get()).containsExactly(last);
        assertThatThrownBy(() -> ThreadAffinity.pin(1023))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("Cannot run on CPU 1023: choose one of");
    }

    @Test
    void shouldNameTheSettingThatIsMissing() {
        assertThatThrownBy(() -> Sysctl.write(Sysctl.ipv4("no.such.0", "rp_filter"), 0))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("Cannot set /proc/sys/net/ipv4/conf/no.such.0/rp_filter: it does not exist");
    }

    @Test
    @NamespaceTest
    void shouldKeepSettingsAndLinksOfANamespaceInside() throws Exception {
        String setting = Sysctl.ipv4("default", "rp_filter");
        String outside = Sysctl.read(setting);
        try (TestNamespace host = new TestNamespace()) {
            host.ip("link add dot.7 type veth peer name peer");
            String inside = host.namespace().call(() -> {
                Sysctl.write(setting, outside.equals("2") ? 1 : 2);
                Sysctl.write(Sysctl.ipv6("dot.7", "addr_gen_mode"), 1);
                assertThat(Sysctl.read(Sysctl.ipv6("dot.7", "addr_gen_mode"))).isEqualTo("1");
                return Sysctl.read(setting);
            });
            assertThat(inside).isNotEqualTo(outside);
            assertThat(host.ip("-o link show lo")).contains("UP");
            String name = host.namespace().name();
            assertThatThrownBy(() -> NetworkNamespace.create(name)).hasMessageContaining("already");
            assertThat(NetworkNamespace.open(name).name()).isEqualTo(name);
        }
        assertThat(Sysctl.read(setting)).isEqualTo(outside);
        assertThatThrownBy(() -> NetworkNamespace.open("gwnativenone")).isInstanceOf(LinuxException.class);
    }
}
