package io.godwit.xtr;

import io.godwit.linux.Network;
import io.godwit.linux.Poller;
import io.godwit.linux.TunDevice;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.xtr.egress.EgressParking;
import io.godwit.xtr.egress.Encap;
import io.godwit.xtr.egress.Encapsulator;
import io.godwit.xtr.egress.Intake;
import io.godwit.xtr.egress.Lookup;
import io.godwit.xtr.egress.TooBig;
import io.godwit.xtr.egress.Transmit;
import io.godwit.xtr.egress.Transmitter;
import io.godwit.xtr.egress.TunWriter;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.ForwardingTable;
import io.godwit.xtr.ingress.Decap;
import io.godwit.xtr.ingress.Deliver;
import io.godwit.xtr.ingress.IngressParking;
import io.godwit.xtr.ingress.Receive;
import io.godwit.xtr.ingress.Validate;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.Counters;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.Pipeline;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.concurrent.NanoClock;

/** The forwarding path on Disruptor rings: one for each direction, both reading one forwarding table. */
public final class RingDataPlane implements DataPlane {
    /** One direction's own things. */
    private record Direction(Parking parking, EventRing events, Pipeline pipeline) {}

    /** The TUN device of an instance, for whoever sets its link up and routes to it. */
    public record TunInterface(int instanceId, String name, int interfaceIndex) {}

    private final DataPlaneConfig config;
    private final DataPlaneDevices devices;
    private final Network network;
    private final NanoClock nanoClock;
    private final CoarseClock clock;
    private final Counters counters = new Counters();
    private final EventRing.Signal signal = new EventRing.Signal();
    private final EventReader eventReader;
    private final ForwardingTable table;
    private final Direction egress;
    private final Direction ingress;
    private boolean closed;

    private RingDataPlane(Network network, DataPlaneConfig config, NanoClock nanoClock) {
        this.network = network;
        this.config = config;
        this.nanoClock = nanoClock;
        this.clock = new CoarseClock(nanoClock);
        devices = new DataPlaneDevices(network, config);
        eventReader = new EventReader(config.instances());
        table = new ForwardingTable(
                config.instances().stream()
                        .map(DataPlaneConfig.Instance::instanceId)
                        .toList(),
                !devices.senders(false).isEmpty(),
                !devices.senders(true).isEmpty());
        egress = egress();
        ingress = ingress();
    }

    /**
     * Creates the TUN devices and sockets. Nothing moves before {@link #start}; link state, MTU and routes are the caller's business.
     *
     * @throws io.godwit.linux.LinuxException with a sentence for the operator
     */
    public static RingDataPlane create(Network network, DataPlaneConfig config, NanoClock clock) {
        return new RingDataPlane(network, config, clock);
    }

    private Direction egress() {
        CoarseClock own = new CoarseClock(nanoClock);
        FibReader reader = table.newReader();
        CounterBlock counted = counters.newBlock();
        EventRing events = new EventRing(counted, signal);
        Parking parking = new Parking(config.parking(), reader, new EgressParking(events, own), counted, own);
        PacketRing ring = new PacketRing();
        CounterBlock encap = counters.newBlock();
        CounterBlock transmit = counters.newBlock();
        Pipeline pipeline = new Pipeline(
                "egress",
                environment(),
                ring,
                new Intake(devices.tuns(), ring, parking, counted),
                List.of(
                        new Lookup(reader, parking, events, counted, own),
                        new Encap(encapsulator(encap), encap),
                        new Transmit(
                                new Transmitter(devices.senders(false), devices.senders(true), transmit),
                                new TunWriter(devices.tuns(), transmit))),
                network.poller(devices.tuns()),
                own);
        return new Direction(parking, events, pipeline);
    }

    private Direction ingress() {
        CoarseClock own = new CoarseClock(nanoClock);
        FibReader reader = table.newReader();
        CounterBlock counted = counters.newBlock();
        EventRing events = new EventRing(counted, signal);
        Parking parking = new Parking(config.parking(), reader, new IngressParking(), counted, own);
        PacketRing ring = new PacketRing();
        CounterBlock decap = counters.newBlock();
        CounterBlock deliver = counters.newBlock();
        DataPlaneConfig.Rules rules = config.rules();
        Pipeline pipeline = new Pipeline(
                "ingress",
                environment(),
                ring,
                new Receive(devices.receivers(), ring, parking, counted),
                List.of(
                        new Validate(rules.acceptGpe(), rules.sourceCheck(), reader, parking, events, counted, own),
                        new Decap(rules.dscpMode(), encapsulator(decap), decap),
                        new Deliver(
                                new TunWriter(devices.tuns(), deliver),
                                new Transmitter(devices.onward(false), devices.onward(true), deliver))),
                network.poller(devices.receivers()),
                own);
        return new Direction(parking, events, pipeline);
    }

    private Encapsulator encapsulator(CounterBlock counted) {
        TooBig tooBig = new TooBig(devices.tuns(), config.rules().tooBigPerSecond(), counted, nanoClock);
        return new Encapsulator(config.mtu(), tooBig, counted);
    }

    private Pipeline.Environment environment() {
        return new Pipeline.Environment(
                config.threads().plan(), config.threads().spins(), this::emptyPoller, nanoClock, counters);
    }

    private Poller emptyPoller() {
        return network.poller(List.of());
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
        egress.pipeline.start();
        ingress.pipeline.start();
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

    private void changed(EidPrefix eid) {
        int instance = table.instanceIndex(eid.instanceId());
        boolean ipv6 = eid.address() instanceof Ipv6Address;
        long high = eid.address() instanceof Ipv6Address v6 ? v6.high() : 0;
        long low =
                switch (eid.address()) {
                    case Ipv6Address v6 -> v6.low();
                    case Ipv4Address v4 -> v4.value() & 0xffff_ffffL;
                    default -> throw new IllegalArgumentException(eid + " is not an IPv4 or IPv6 EID");
                };
        egress.parking.changes().offer(instance, ipv6, high, low, eid.length());
        ingress.parking.changes().offer(instance, ipv6, high, low, eid.length());
        egress.pipeline.wake();
        ingress.pipeline.wake();
    }

    @Override
    public int poll(DataPlaneEvents events, int limit) {
        signal.lower();
        int count = eventReader.read(ingress.events, events, limit);
        count += eventReader.read(egress.events, events, limit - count);
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
    public long packets(EidPrefix eid) {
        return table.packets(eid);
    }

    @Override
    public Map<String, Long> counters() {
        return counters.snapshot();
    }

    @Override
    public Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("threadPlan", config.threads().plan().name().toLowerCase(Locale.ROOT));
        status.put(
                "threads",
                egress.pipeline.threadNames().size()
                        + ingress.pipeline.threadNames().size());
        status.put("mtu", config.mtu());
        status.put("zeroChecksum", config.rules().zeroChecksum());
        status.put(
                "tunDevices", tunInterfaces().stream().map(TunInterface::name).toList());
        status.put("tableEntries", table.size());
        status.put("tableSharedEntries", table.entryCount());
        status.put("tableBytes", table.bytes());
        status.put("parkedPackets", egress.parking.parkedPackets() + ingress.parking.parkedPackets());
        status.put("parkedBytes", egress.parking.parkedBytes() + ingress.parking.parkedBytes());
        egress.pipeline.defect().or(ingress.pipeline::defect).ifPresent(e -> status.put("defect", e.toString()));
        return status;
    }

    /** Stops the threads and closes TUN devices and sockets; what is parked is lost. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        egress.pipeline.close();
        ingress.pipeline.close();
        devices.close();
        egress.parking.close();
        ingress.parking.close();
        table.close();
    }
}
