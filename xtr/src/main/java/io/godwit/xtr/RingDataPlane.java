package io.godwit.xtr;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Network;
import io.godwit.linux.ThreadAffinity;
import io.godwit.linux.TunDevice;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.egress.Encapsulator;
import io.godwit.xtr.fib.EidKey;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.ForwardingTable;
import io.godwit.xtr.ingress.StaleItrs;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.Counters;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.Taps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The forwarding path on Disruptor rings: one for each direction, both reading one forwarding table. */
public final class RingDataPlane implements DataPlane {
    /** The TUN device of an instance, for whoever sets its link up and routes to it. */
    public record TunInterface(int instanceId, String name, int interfaceIndex) {}

    private static final Logger LOG = LoggerFactory.getLogger(RingDataPlane.class);

    /** An ICMP error comes within seconds, if it comes. */
    private static final long LATELY_MILLIS = 60_000;

    private static final int WOKEN_AFTER = 64;
    private static final int ONE_BY_ONE = -1;

    private final DataPlaneConfig config;
    private final DataPlaneDevices devices;
    private final CoarseClock clock;
    private final Counters counters = new Counters();
    private final EventRing.Signal signal = new EventRing.Signal();
    private final Taps taps = new Taps();
    private final StaleItrs staleItrs = new StaleItrs();
    private final EventReader eventReader;
    private final ForwardingTable table;
    /** One for each queue of the TUN devices. */
    private final List<DirectionFactory.Direction> egress = new ArrayList<>();

    private final DirectionFactory.Direction ingress;
    private final Offloads offloads = new Offloads(LOG::warn);
    private final FibReader controlReader;
    /** Changes that the data threads were not yet told of, while there are many. */
    private int unwoken = ONE_BY_ONE;

    private boolean closed;

    private RingDataPlane(Network network, DataPlaneConfig config, NanoClock clock) {
        this.config = config;
        this.clock = new CoarseClock(clock);
        checkCpus(config.threads().cpus());
        devices = new DataPlaneDevices(network, config);
        eventReader = new EventReader(config.instances());
        table = new ForwardingTable(
                config.instances().stream()
                        .map(DataPlaneConfig.Instance::instanceId)
                        .toList(),
                config.firstLayer2(),
                devices.hasFamily(false),
                devices.hasFamily(true));
        controlReader = table.newReader();
        DirectionFactory directions =
                new DirectionFactory(network, config, devices, table, counters, signal, taps, staleItrs, clock);
        for (int queue = 0; queue < devices.queues().size(); queue++) {
            egress.add(directions.fromSite(queue));
        }
        ingress = directions.ingress();
        devices.tell(offloads);
        ingress.offloads()
                .values()
                .forEach(works -> offloads.add(
                        "UDP is delivered packet by packet: a TUN device refused a UDP super-packet, which Linux 6.2"
                                + " and later take",
                        works));
    }

    private static void checkCpus(List<Integer> cpus) {
        if (!cpus.isEmpty() && !ThreadAffinity.availableCpus().containsAll(cpus)) {
            throw new LinuxException(
                    "forwarding.cpus " + cpus + " names a CPU that is not here: choose from "
                            + ThreadAffinity.availableCpus(),
                    Errno.EINVAL);
        }
    }

    /**
     * Creates the TUN devices and sockets. Nothing moves before {@link #start}; link state, MTU and routes are the caller's business.
     *
     * @throws io.godwit.linux.LinuxException with a sentence for the operator
     */
    public static RingDataPlane create(Network network, DataPlaneConfig config, NanoClock clock) {
        return new RingDataPlane(network, config, clock);
    }

    /** The TUN devices, in the order of the configuration. */
    public List<TunInterface> tunInterfaces() {
        return config.instances().stream()
                .map(instance -> tunInterface(instance.instanceId()))
                .toList();
    }

    private TunInterface tunInterface(int instanceId) {
        TunDevice tun = devices.tuns().get(table.instanceIndex(instanceId));
        return new TunInterface(instanceId, tun.name(), tun.interfaceIndex());
    }

    @Override
    public void start(Runnable wakeUp) {
        signal.onRaised(wakeUp);
        offloads.log();
        all().forEach(direction -> direction.pipeline().start());
    }

    private Stream<DirectionFactory.Direction> all() {
        return Stream.concat(egress.stream(), Stream.of(ingress));
    }

    /**
     * Instead of {@link #start}, with the plan {@code inline} or {@code single} and one queue: one round of a direction on the calling thread. For
     * measuring without the kernel's scheduler. Returns the packets and steps done, 0 when there was nothing to do.
     */
    public int runOnce(boolean fromSite) {
        return (fromSite ? egress.getFirst() : ingress).pipeline().runOnce();
    }

    @Override
    public void put(EidPrefix eid, Forwarding forwarding) {
        table.put(eid, forwarding, clock.update());
        changed(eid);
    }

    @Override
    public void remove(EidPrefix eid) {
        table.remove(eid);
        changed(eid);
    }

    /** Each waking costs a change of threads, and where processors are few the control thread its own. */
    @Override
    public void together(Runnable changes) {
        unwoken = 0;
        try {
            changes.run();
        } finally {
            unwoken = ONE_BY_ONE;
            wake();
        }
    }

    @Override
    public void hurry() {
        for (int i = 0; i < egress.size(); i++) {
            egress.get(i).pipeline().hurry();
        }
        ingress.pipeline().hurry();
    }

    private void wake() {
        for (int i = 0; i < egress.size(); i++) {
            egress.get(i).pipeline().wake();
        }
        ingress.pipeline().wake();
    }

    private void changed(EidPrefix eid) {
        int instance = table.instanceIndex(eid.instanceId());
        boolean wide = EidKey.isWide(eid);
        long high = EidKey.high(eid);
        long low = EidKey.low(eid);
        int length = EidKey.length(eid);
        for (int i = 0; i < egress.size(); i++) {
            changed(egress.get(i), instance, wide, high, low, length);
        }
        changed(ingress, instance, wide, high, low, length);
        if (unwoken == ONE_BY_ONE || ++unwoken % WOKEN_AFTER == 0) {
            wake();
        }
    }

    private static void changed(
            DirectionFactory.Direction direction, int instance, boolean ipv6, long high, long low, int length) {
        direction.parking().changes().offer(instance, ipv6, high, low, length);
    }

    @Override
    public int poll(DataPlaneEvents events, int limit) {
        offloads.log();
        signal.lower();
        int count = eventReader.read(ingress.events(), events, limit);
        for (DirectionFactory.Direction direction : egress) {
            count += eventReader.read(direction.events(), events, limit - count);
        }
        table.reclaim();
        if (count == limit) {
            signal.raise();
        }
        return count;
    }

    @Override
    public Collection<IpAddress> recentLocators(Duration within) {
        return table.recentLocators(clock.update(), within.toMillis());
    }

    @Override
    public boolean sentLately(int sourcePort, int instanceId, IpAddress eid, IpAddress locator) {
        int instance = table.instanceIndex(instanceId);
        return instance >= 0
                && devices.sendsFrom(sourcePort)
                && table.sentLately(controlReader, instance, eid, locator, clock.update(), LATELY_MILLIS);
    }

    @Override
    public void pathMtu(IpAddress locator, int mtu) {
        int overhead = locator.isIpv4() ? Encapsulator.OVERHEAD_IPV4 : Encapsulator.OVERHEAD_IPV6;
        table.maxLength(locator, mtu == 0 ? Integer.MAX_VALUE : mtu - overhead);
    }

    @Override
    public void reachable(IpAddress locator, boolean up) {
        table.reachable(locator, up);
    }

    @Override
    public void silent(IpAddress locator, boolean silent) {
        table.silent(locator, silent);
    }

    @Override
    public void header(IpAddress locator, long ipv4, long ipv6) {
        table.header(locator, ipv4, ipv6);
    }

    @Override
    public void refuseStale(Collection<IpAddress> itrs) {
        staleItrs.set(itrs);
    }

    @Override
    public long packets(EidPrefix eid) {
        return table.packets(eid);
    }

    @Override
    public Map<String, Long> counters() {
        return counters.snapshot();
    }

    @Override
    public Taps taps() {
        return taps;
    }

    @Override
    public int sourcePort(boolean onward, boolean ipv6, int queue, int flowHash) {
        List<UdpBatchSocket> sockets =
                onward ? devices.onward(ipv6) : devices.queues().get(queue).senders(ipv6);
        return sockets.get(flowHash & (sockets.size() - 1)).localPort();
    }

    @Override
    public Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("threadPlan", config.threads().plan().name().toLowerCase(Locale.ROOT));
        status.put("threads", (int) all().flatMap(direction -> direction.pipeline().threadNames().stream())
                .distinct()
                .count());
        status.put("queues", config.threads().queues());
        status.put("cpus", config.threads().cpus());
        status.put("mtu", config.mtu());
        status.put("udpChecksum", config.rules().checksum().name().toLowerCase(Locale.ROOT));
        devices.describe(status);
        ingress.offloads().forEach((name, on) -> status.put(name, on.getAsBoolean()));
        offloads.log();
        status.put("refusedOffloads", offloads.refused());
        status.put(
                "tunDevices", tunInterfaces().stream().map(TunInterface::name).toList());
        status.put("tableEntries", table.size());
        status.put("tableSharedEntries", table.entryCount());
        status.put("tableBytes", table.bytes());
        status.put(
                "parkedPackets",
                all().mapToLong(direction -> direction.parking().parkedPackets())
                        .sum());
        status.put(
                "parkedBytes",
                all().mapToLong(direction -> direction.parking().parkedBytes()).sum());
        all().flatMap(direction -> direction.pipeline().defect().stream())
                .findFirst()
                .ifPresent(e -> status.put("defect", e.toString()));
        return status;
    }

    /** Stops the threads and closes TUN devices and sockets; what is parked is lost. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        all().forEach(DirectionFactory.Direction::close);
        devices.close();
        all().forEach(DirectionFactory.Direction::free);
        table.close();
    }
}
