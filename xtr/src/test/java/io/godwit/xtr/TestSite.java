package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeTun;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.agrona.concurrent.NanoClock;

/** A router with instances 0 and 7 on a network in memory. */
final class TestSite implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final FakeNetwork network;
    final RingDataPlane plane;
    final Events events = new Events();
    private final Map<Integer, Queue<byte[]>> segments = new HashMap<>();
    final AtomicInteger wakeUps = new AtomicInteger();

    /** Events as text, in order. */
    static final class Events implements DataPlaneEvents {
        final List<String> seen = new ArrayList<>();

        @Override
        public void onMiss(int instanceId, IpAddress sourceEid, IpAddress destinationEid) {
            seen.add("miss " + instanceId + " " + sourceEid + " " + destinationEid);
        }

        @Override
        public void onMiss(int instanceId, MacAddress destination) {
            seen.add("miss " + instanceId + " " + destination);
        }

        @Override
        public void onSource(int instanceId, MacAddress source) {
            seen.add("source " + instanceId + " " + source);
        }

        @Override
        public void onAwayTraffic(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
            seen.add("away " + instanceId + " " + destinationEid + " " + outerSource);
        }

        @Override
        public void onArriving(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
            seen.add("arriving " + instanceId + " " + destinationEid + " " + outerSource);
        }

        @Override
        public void onDestinationVersion(int instanceId, IpAddress destinationEid, IpAddress outerSource, int word0) {
            seen.add("destination-version " + destinationEid + " " + outerSource + " "
                    + LispHeader.destinationMapVersion(word0));
        }

        @Override
        public void onSourceVersion(int instanceId, IpAddress sourceEid, IpAddress outerSource, int word0) {
            seen.add("source-version " + sourceEid + " " + outerSource + " " + LispHeader.sourceMapVersion(word0));
        }

        @Override
        public void onNotLocal(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
            seen.add("not-local " + instanceId + " " + destinationEid + " " + outerSource);
        }
    }

    TestSite(FakeUnderlay underlay, NanoClock clock, UnaryOperator<DataPlaneConfig> change, String... locators) {
        List<IpAddress> own = Stream.of(locators).map(IpAddress::parse).toList();
        network = new FakeNetwork(
                underlay, own.stream().map(IpAddress::toInetAddress).toArray(InetAddress[]::new));
        DataPlaneConfig config = DataPlaneConfig.of(
                own, List.of(new DataPlaneConfig.Instance(0, "tun0"), new DataPlaneConfig.Instance(7, "tun7")));
        plane = RingDataPlane.create(network, change.apply(config), clock);
        plane.start(wakeUps::incrementAndGet);
    }

    FakeTun tun(int instanceId) {
        return network.tun("tun" + instanceId);
    }

    void local(String eid) {
        plane.put(EidPrefix.parse(eid), new Forwarding.Local());
    }

    void remote(String eid, String... locators) {
        plane.put(EidPrefix.parse(eid), new Forwarding.Remote(locators(locators)));
    }

    void away(String eid, String... locators) {
        plane.put(EidPrefix.parse(eid), new Forwarding.Away(locators(locators)));
    }

    void expected(String eid, String... holders) {
        plane.put(EidPrefix.parse(eid), new Forwarding.Expected(locators(holders)));
    }

    void arriving(String eid) {
        plane.put(EidPrefix.parse(eid), new Forwarding.Arriving());
    }

    static List<Locator> locators(String... addresses) {
        return Stream.of(addresses)
                .map(address -> new Locator(IpAddress.parse(address), 1, 1))
                .toList();
    }

    /** The next packet as the host sees it: the kernel has split super-packets. */
    byte[] awaitDelivered(int instanceId) {
        try {
            Queue<byte[]> waiting = segments(instanceId);
            if (waiting.isEmpty()) {
                waiting.addAll(TestSegments.split(tun(instanceId)
                        .awaitDelivered(PATIENCE)
                        .orElseThrow(() -> new AssertionError("nothing delivered; " + nonZero()))));
            }
            return waiting.remove();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Optional<byte[]> delivered(int instanceId) {
        Queue<byte[]> waiting = segments(instanceId);
        if (waiting.isEmpty()) {
            tun(instanceId).delivered().map(TestSegments::split).ifPresent(waiting::addAll);
        }
        return Optional.ofNullable(waiting.poll());
    }

    private Queue<byte[]> segments(int instanceId) {
        return segments.computeIfAbsent(instanceId, id -> new ArrayDeque<>());
    }

    long count(Counter counter) {
        return plane.counters().getOrDefault(counter.shown(), -1L);
    }

    long count(DropReason reason) {
        return plane.counters().getOrDefault(reason.shown(), -1L);
    }

    void awaitCount(Counter counter, long value) {
        await(() -> count(counter) >= value, counter + " = " + value);
    }

    /** What left the plane may be seen before it is counted. */
    void assertCount(Counter counter, long value) {
        awaitCount(counter, value);
        assertThat(count(counter)).as(counter.shown()).isEqualTo(value);
    }

    void assertCount(DropReason reason, long value) {
        awaitDrops(reason, value);
        assertThat(count(reason)).as(reason.shown()).isEqualTo(value);
    }

    void awaitDrops(DropReason reason, long value) {
        await(() -> count(reason) >= value, reason + " = " + value);
    }

    void awaitEvent(String event) {
        await(
                () -> {
                    plane.poll(events, 100);
                    return events.seen.contains(event);
                },
                event);
    }

    /** Waits for a state that other threads bring about; the deadline only ends a failing test. */
    void await(BooleanSupplier state, String what) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no " + what + "; " + nonZero() + " " + events.seen + " " + plane.status());
            }
            LockSupport.parkNanos(20_000); // the other threads need the processors
        }
    }

    String nonZero() {
        StringBuilder text = new StringBuilder();
        plane.counters().forEach((name, value) -> {
            if (value != 0) {
                text.append(name).append('=').append(value).append(' ');
            }
        });
        return text.toString();
    }

    @Override
    public void close() {
        plane.close();
    }
}
