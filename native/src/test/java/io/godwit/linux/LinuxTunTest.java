package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.testing.NamespaceTest;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NamespaceTest
@Timeout(120)
class LinuxTunTest {
    private static final TunOffloads ALL = new TunOffloads(true, true, true);
    private static final int IP = VnetHeader.LENGTH;

    private final Network network = new LinuxNetwork();

    @Test
    void shouldAnswerPingThroughIt() throws Exception {
        try (TestNamespace host = new TestNamespace();
                NativeMemory memory = NativeMemory.allocate(1 << 17);
                TunDevice tun = host.namespace()
                        .call(() -> network.openTun("lisp0", 1, ALL))
                        .get(0);
                Poller poller = network.poller(List.of(tun));
                var threads = Executors.newSingleThreadExecutor()) {
            assertThat(tun.name()).isEqualTo("lisp0");
            assertThat(host.ip("-o link show lisp0")).startsWith(tun.interfaceIndex() + ":");
            host.ip("link set lisp0 up");
            host.ip("addr add 10.5.0.1/24 dev lisp0");

            Future<String> ping = threads.submit(() -> host.exec("ping -c 3 -i 0.2 -W 5 10.5.0.2"));
            UnsafeBuffer buffer = memory.buffer();
            while (!ping.isDone()) {
                poller.await(50);
                int length;
                while ((length = tun.read(memory.address(), 1 << 17)) > 0) {
                    if (turnEchoRequest(buffer, length)) {
                        assertThat(tun.write(memory.address(), length)).isEqualTo(length);
                    }
                }
                assertThat(length).isZero();
            }
            assertThat(ping.get()).contains("3 received");
        }
    }

    /** Makes the reply of an ICMP echo request: addresses swapped, type 0, checksum adjusted. */
    private static boolean turnEchoRequest(UnsafeBuffer buffer, int length) {
        boolean echo = length > IP + 28 && buffer.getByte(IP) == 0x45 && buffer.getByte(IP + 9) == 1;
        if (!echo || buffer.getByte(IP + 20) != 8) {
            return false;
        }
        int source = buffer.getInt(IP + 12);
        buffer.putInt(IP + 12, buffer.getInt(IP + 16));
        buffer.putInt(IP + 16, source);
        buffer.putByte(IP + 20, (byte) 0);
        int sum = (((buffer.getByte(IP + 22) & 0xff) << 8) | (buffer.getByte(IP + 23) & 0xff)) + 0x0800;
        sum = (sum & 0xffff) + (sum >>> 16);
        buffer.putByte(IP + 22, (byte) (sum >>> 8));
        buffer.putByte(IP + 23, (byte) sum);
        VnetHeader.clear(buffer, 0);
        return true;
    }

    @Test
    void shouldHoldPacketsWithoutAQueueingDiscipline() throws Exception {
        try (TestNamespace host = new TestNamespace()) {
            List<TunDevice> queues = host.namespace().call(() -> network.openTun("lisp0", 2, ALL));
            TunDevice tap = host.namespace().call(() -> network.openTap("lisp1"));
            for (String name : List.of("lisp0", "lisp1")) {
                host.ip("link set " + name + " up");
                assertThat(host.ip("link show " + name)).contains("qdisc noqueue", "qlen 1000");
            }
            queues.forEach(TunDevice::close);
            tap.close();
        }
    }

    @Test
    void shouldLeaveTheQueueOfADeviceThatWasThereBefore() throws Exception {
        try (TestNamespace host = new TestNamespace()) {
            host.ip("tuntap add dev lisp0 mode tun");
            host.ip("link set lisp0 txqueuelen 300");
            host.exec("tc qdisc add dev lisp0 root tbf rate 1gbit burst 100kb limit 1000000");
            TunDevice tun = host.namespace()
                    .call(() -> network.openTun("lisp0", 1, ALL))
                    .get(0);
            host.ip("link set lisp0 up");
            assertThat(host.ip("link show lisp0")).contains("qdisc tbf", "qlen 300");
            tun.close();
        }
    }

    @Test
    void shouldOpenSeveralQueuesWithOffloads() {
        try (TestNamespace host = new TestNamespace()) {
            List<TunDevice> queues = host.namespace().call(() -> network.openTun("lisp0", 2, ALL));
            assertThat(queues)
                    .hasSize(2)
                    .allSatisfy(queue -> assertThat(queue.offloads().tso()).isTrue());
            queues.forEach(TunDevice::close);
        }
    }

    @Test
    void shouldReportThatTheDeviceIsDownAndLaterGone() {
        try (TestNamespace host = new TestNamespace();
                NativeMemory memory = NativeMemory.allocate(4096)) {
            host.namespace().run(() -> {
                TunDevice tun = network.openTun("lisp0", 1, TunOffloads.NONE).get(0);
                assertThat(tun.offloads()).isEqualTo(TunOffloads.NONE);
                memory.buffer().putByte(IP, (byte) 0x45);
                assertThat(tun.write(memory.address(), IP + 20)).isEqualTo(-Errno.EIO);
                try (Netlink netlink = network.netlink()) {
                    netlink.deleteLink(tun.interfaceIndex());
                }
                assertThat(tun.read(memory.address(), 4096)).isNegative();
                tun.close();
            });
        }
    }

    @Test
    void shouldTellInOneSentenceWhyADeviceCannotBe() throws Exception {
        try (TestNamespace host = new TestNamespace()) {
            host.ip("link add veth0 type veth peer name veth1");
            host.namespace().run(() -> {
                assertThatThrownBy(() -> network.openTun("veth0", 1, ALL))
                        .isInstanceOf(LinuxException.class)
                        .hasMessageContaining("veth0 belongs to an interface that is not such a TUN device");
                try (TunDevice tun = network.openTun("lisp0", 1, ALL).get(0)) {
                    assertThat(tun.fd()).isPositive();
                    assertThatThrownBy(() -> network.openTun("lisp0", 1, ALL))
                            .isInstanceOf(LinuxException.class)
                            .hasMessageContaining("lisp0 is in use by another process");
                }
            });
        }
        assertThatThrownBy(() -> network.openTun("a-name-too-long-for-linux", 1, ALL))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("1 to 15 characters");
    }
}
