package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.testing.Conformance;
import io.godwit.xtr.observe.Counter;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SourcePortTest {
    private static final int FLOWS = 1000;

    @Test
    @Conformance({"C003", "C004"})
    void shouldSpreadFlowsOverManyPortsAndKeepEachToOne() {
        FakeUnderlay underlay = new FakeUnderlay();
        Map<Integer, Queue<Integer>> portsByFlow = new ConcurrentHashMap<>();
        underlay.tap(datagram -> portsByFlow
                .computeIfAbsent(innerPort(datagram.payload()), flow -> new ConcurrentLinkedQueue<>())
                .add(datagram.sourcePort()));
        Random random = new Random(4);
        Set<Integer> flows = new HashSet<>();
        while (flows.size() < FLOWS) {
            flows.add(1024 + random.nextInt(60_000));
        }
        try (TestSite site = new TestSite(
                underlay,
                SystemNanoClock.INSTANCE,
                config -> config.withRules(config.rules().withSourcePorts(1024)),
                "192.0.2.1")) {
            site.remote("10.2.0.0/16", "192.0.2.2");
            int sent = 0;
            for (int round = 0; round < 3; round++) {
                for (int flow : flows) {
                    site.tun(0)
                            .fromHost(TestPackets.from("10.1.0.1", "10.2.0.2")
                                    .sourcePort(flow)
                                    .bytes());
                    if (++sent % 100 == 0) {
                        site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, sent);
                    }
                }
            }
            site.await(() -> portsByFlow.values().stream().mapToInt(Queue::size).sum() == 3 * FLOWS, "all datagrams");
        }
        assertThat(portsByFlow).hasSize(FLOWS);
        Set<Integer> ports = new HashSet<>();
        portsByFlow.values().forEach(seen -> {
            assertThat(new HashSet<>(seen)).hasSize(1);
            ports.addAll(seen);
        });
        assertThat(ports).hasSizeGreaterThan(500).doesNotContain(4341, 4342);
    }

    /** Of the UDP header behind the LISP and IPv4 headers. */
    private static int innerPort(byte[] datagram) {
        return (datagram[28] & 0xff) << 8 | (datagram[29] & 0xff);
    }
}
