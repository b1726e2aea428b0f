package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeDatagram;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.ring.ThreadPlan;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TUN devices with several queues: what each has to itself, and what they share. */
@Timeout(120)
class QueuesTest {
    private static final int PACKETS = 40;

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<Sent> wire = new CopyOnWriteArrayList<>();

    private record Sent(int outerPort, int innerPort, int number) {
        static Sent of(FakeDatagram datagram) {
            byte[] inner = Arrays.copyOfRange(datagram.payload(), LispHeader.LENGTH, datagram.payload().length);
            return new Sent(datagram.sourcePort(), ByteBuffer.wrap(inner).getShort(20), TestPackets.number(inner));
        }
    }

    private TestSite open(ThreadPlan plan, int queues) {
        underlay.tap(datagram -> wire.add(Sent.of(datagram)));
        return new TestSite(
                underlay,
                SystemNanoClock.INSTANCE,
                config -> config.withThreads(DataPlaneConfig.Threads.of(plan).withQueues(queues)),
                "192.0.2.1");
    }

    private static void send(TestSite site, int queue, int number) {
        site.network
                .tun("tun0", queue)
                .fromHost(TestPackets.from("10.1.0.1", "10.2.0.2")
                        .sourcePort(5000 + queue)
                        .number(number)
                        .bytes());
    }

    private List<Sent> flow(int queue) {
        return wire.stream().filter(sent -> sent.innerPort() == 5000 + queue).toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadPlan.class,
            names = {"INLINE", "PAIRED"})
    void shouldKeepEachFlowsOrderAndPortWhenWhatWaitedGoesOn(ThreadPlan plan) {
        try (TestSite site = open(plan, 2)) {
            for (int i = 0; i < PACKETS; i++) {
                send(site, 0, i);
                send(site, 1, i);
            }
            site.awaitCount(Counter.PARKED_PACKETS, 2 * PACKETS);
            site.remote("10.2.0.2", "192.0.2.2");
            for (int i = PACKETS; i < 2 * PACKETS; i++) {
                send(site, 0, i);
                send(site, 1, i);
            }
            site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 4 * PACKETS);
            for (int queue = 0; queue < 2; queue++) {
                List<Sent> flow = flow(queue);
                assertThat(flow).extracting(Sent::number).isSorted().hasSize(2 * PACKETS);
                assertThat(flow.stream().map(Sent::outerPort).distinct()).hasSize(1);
            }
            assertThat(flow(0).getFirst().outerPort())
                    .as("sockets of its own")
                    .isNotEqualTo(flow(1).getFirst().outerPort());
        }
    }

    @Test
    void shouldReleaseOnlyWhatWaitsForTheEidAndDeliverThroughTheQueueForWriting() {
        try (TestSite site = open(ThreadPlan.INLINE, 3)) {
            send(site, 2, 7);
            site.awaitCount(Counter.PARKED_PACKETS, 1);
            site.local("10.2.0.2");
            site.awaitCount(Counter.DELIVERED_PACKETS, 1);
            assertThat(site.network.tun("tun0", 3).delivered()).isPresent();
            assertThat(site.plane.status()).containsEntry("queues", 3).containsEntry("threads", 4);
        }
    }
}
