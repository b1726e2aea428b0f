package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketFilter;
import io.godwit.xtr.ring.Tap;
import io.godwit.xtr.ring.ThreadPlan;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that drives all stages takes most packets through them in one pass: to the same end as step by step, which it does under a tap. */
@Timeout(120)
class OnePassTest {
    private static final int PACKETS = 600;
    private static final int CHUNK = 20;
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";
    private static final String SECOND_B = "192.0.2.3";

    /** What left the second router, and what both dropped. */
    private record Result(List<String> delivered, Map<String, Long> drops) {}

    @Test
    void shouldDoWithMutatedPacketsWhatTheStagesDo() {
        Result inSteps = run(true);
        assertThat(run(false)).isEqualTo(inSteps);
        assertThat(inSteps.delivered).hasSizeBetween(PACKETS / 10, PACKETS);
        assertThat(inSteps.drops).hasSizeGreaterThan(3);
    }

    private static Result run(boolean inSteps) {
        FakeUnderlay underlay = new FakeUnderlay();
        try (TestSite a = site(underlay, inSteps, A);
                TestSite b = site(underlay, inSteps, B, SECOND_B)) {
            a.remote("10.2.0.0/16", B);
            a.remote("10.2.0.2", B);
            a.remote("10.2.1.0/24", B, SECOND_B);
            b.local("10.2.0.0/16");
            b.local("10.2.0.2");
            b.remote("10.2.0.9", "192.0.2.4");
            List<String> delivered = new ArrayList<>();
            SplittableRandom random = new SplittableRandom(9300);
            for (int sent = 0; sent < PACKETS; sent += CHUNK) {
                for (int i = 0; i < CHUNK; i++) {
                    a.tun(0).fromHost(packet(random, sent + i));
                }
                a.awaitCount(Counter.TUN_READ_PACKETS, sent + CHUNK);
                settle(a, b);
                Optional<byte[]> next = b.delivered(0);
                while (next.isPresent()) {
                    delivered.add(HexFormat.of().formatHex(next.get()));
                    next = b.delivered(0);
                }
            }
            delivered.sort(null);
            Map<String, Long> drops = new TreeMap<>();
            drops(a).forEach((reason, count) -> drops.put("a " + reason, count));
            drops(b).forEach((reason, count) -> drops.put("b " + reason, count));
            return new Result(delivered, drops);
        }
    }

    private static TestSite site(FakeUnderlay underlay, boolean inSteps, String... rlocs) {
        TestSite site = new TestSite(
                underlay,
                SystemNanoClock.INSTANCE,
                config -> config.withThreads(DataPlaneConfig.Threads.of(ThreadPlan.INLINE)),
                rlocs);
        if (inSteps) {
            site.plane.taps().add(new Tap(PacketFilter.ALL, new Tap.Extent(0, 0, false), 1 << 12));
        }
        return site;
    }

    /** Until each packet is dropped, parked or delivered. */
    private static void settle(TestSite a, TestSite b) {
        a.await(
                () -> a.count(Counter.ENCAPSULATED_PACKETS)
                                + a.count(Counter.PARKED_PACKETS)
                                + a.count(Counter.DELIVERED_PACKETS)
                                + sum(drops(a))
                        >= a.count(Counter.TUN_READ_PACKETS),
                "end of all packets at A");
        a.await(
                () -> b.count(Counter.RECEIVED_DATAGRAMS) >= a.count(Counter.ENCAPSULATED_PACKETS)
                        && b.count(Counter.DELIVERED_PACKETS) + sum(drops(b)) >= b.count(Counter.RECEIVED_DATAGRAMS),
                "end of all datagrams at B");
    }

    /** But for what was parked and has been dropped since: that is a matter of time. */
    private static Map<String, Long> drops(TestSite site) {
        Map<String, Long> drops = new TreeMap<>(site.plane.counters());
        drops.remove(DropReason.PARKING_EXPIRED.shown());
        drops.keySet().removeIf(name -> !name.startsWith("drop-"));
        drops.values().removeIf(count -> count == 0);
        return drops;
    }

    private static long sum(Map<String, Long> drops) {
        return drops.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Half of them sound; in the others an octet of the IP header, or two, is anything. */
    private static byte[] packet(SplittableRandom random, int number) {
        byte[] packet = TestPackets.from("10.1.0.1", "10.2." + random.nextInt(2) + "." + random.nextInt(12))
                .number(number)
                .sourcePort(1 + random.nextInt(60_000))
                .payload(4 + random.nextInt(60))
                .ttl(random.nextInt(4))
                .trafficClass(random.nextInt(256))
                .bytes();
        for (int i = random.nextInt(4) - 1; i > 0; i--) {
            packet[random.nextInt(24)] = (byte) random.nextInt();
        }
        return packet;
    }
}
