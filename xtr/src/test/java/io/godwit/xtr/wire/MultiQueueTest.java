package io.godwit.xtr.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import io.godwit.xtr.DataPlaneConfig;
import io.godwit.xtr.TestPackets;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.ring.ThreadPlan;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A TUN device with two queues, traffic in both directions of the same flows: nothing is lost and no flow changes its queue. */
@NamespaceTest
@Timeout(120)
class MultiQueueTest {
    private static final int FLOWS = 48;
    private static final int ROUNDS = 60;
    private static final int BURST = 4;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 16;

    /** What was seen of one flow. */
    private static final class Flow {
        final Set<Integer> outerPorts = new HashSet<>();
        int next;
    }

    @ParameterizedTest
    @Conformance("C003")
    @EnumSource(
            value = ThreadPlan.class,
            names = {"INLINE", "PAIRED"})
    void shouldKeepFlowsToTheirQueues(ThreadPlan plan) throws Exception {
        Map<Integer, Flow> sent = new HashMap<>();
        List<DatagramSocket> hosts = new ArrayList<>();
        try (KernelSite site = new KernelSite(
                config -> config.withThreads(DataPlaneConfig.Threads.of(plan).withQueues(2))
                        .withRules(config.rules().withSourcePorts(PORTS)))) {
            site.remote("10.2.0.4", KernelSite.PEER4);
            for (int i = 0; i < FLOWS; i++) {
                hosts.add(site.socket("10.1.0.1", FIRST_PORT + i));
            }
            for (int round = 0; round < ROUNDS; round++) {
                send(hosts, round);
                answer(site, round);
                collect(site, sent);
                for (int i = 0; i < FLOWS; i++) {
                    assertReceived(hosts.get(i), round);
                }
            }
            // Counted when the kernel has them, which is when they are seen here.
            long all = (long) FLOWS * ROUNDS * BURST;
            site.await(() -> site.count(Counter.TRANSMITTED_DATAGRAMS) >= all, "count of all datagrams");
            assertThat(site.count(Counter.TRANSMITTED_DATAGRAMS)).isEqualTo(all);
        } finally {
            hosts.forEach(DatagramSocket::close);
        }
        Set<Integer> ports = new HashSet<>();
        sent.values().forEach(flow -> {
            assertThat(flow.outerPorts).hasSize(1);
            ports.addAll(flow.outerPorts);
        });
        assertThat(ports).as("of both queues").hasSizeGreaterThan(PORTS / 2);
    }

    private static void send(List<DatagramSocket> hosts, int round) throws Exception {
        for (int i = 0; i < BURST; i++) {
            for (DatagramSocket host : hosts) {
                byte[] payload =
                        ByteBuffer.allocate(64).putInt(round * BURST + i).array();
                host.send(new DatagramPacket(payload, payload.length, InetAddress.getByName("10.2.0.4"), 2000));
            }
        }
    }

    /** To each flow from where it goes, so that the kernel could learn its queue from what is written. */
    private static void answer(KernelSite site, int round) {
        for (int i = 0; i < BURST; i++) {
            for (int flow = 0; flow < FLOWS; flow++) {
                byte[] datagram = TestPackets.from("10.2.0.4", "10.1.0.1")
                        .sourcePort(2000)
                        .destinationPort(FIRST_PORT + flow)
                        .number(round * BURST + i)
                        .encapsulated(0);
                site.wire.inject(OuterPacket.udp(KernelSite.PEER4, 50_000 + flow, KernelSite.OWN4, 4341, datagram)
                        .octets());
            }
        }
    }

    private static void collect(KernelSite site, Map<Integer, Flow> sent) throws Exception {
        for (int i = 0; i < FLOWS * BURST; i++) {
            OuterPacket packet = new OuterPacket(site.wire.next());
            byte[] inner = Arrays.copyOfRange(packet.udpPayload(), 8, packet.udpPayload().length);
            Flow flow = sent.computeIfAbsent(ByteBuffer.wrap(inner).getShort(20) & 0xffff, port -> new Flow());
            assertThat(TestPackets.number(inner)).isEqualTo(flow.next++);
            flow.outerPorts.add(packet.udpSourcePort());
        }
    }

    private static void assertReceived(DatagramSocket host, int round) throws Exception {
        for (int i = 0; i < BURST; i++) {
            byte[] payload = KernelSite.receive(host, 10_000);
            assertThat(payload).isNotNull();
            assertThat(ByteBuffer.wrap(payload).getInt()).isEqualTo(round * BURST + i);
        }
    }
}
