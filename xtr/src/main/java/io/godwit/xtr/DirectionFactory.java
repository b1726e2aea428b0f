package io.godwit.xtr;

import io.godwit.linux.Network;
import io.godwit.linux.Pollable;
import io.godwit.linux.Poller;
import io.godwit.xtr.egress.EgressParking;
import io.godwit.xtr.egress.Encap;
import io.godwit.xtr.egress.Encapsulator;
import io.godwit.xtr.egress.Intake;
import io.godwit.xtr.egress.Lookup;
import io.godwit.xtr.egress.MssClamp;
import io.godwit.xtr.egress.OnePass;
import io.godwit.xtr.egress.SourceErrors;
import io.godwit.xtr.egress.Transmit;
import io.godwit.xtr.egress.Transmitter;
import io.godwit.xtr.egress.TunWriter;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingTable;
import io.godwit.xtr.ingress.Decap;
import io.godwit.xtr.ingress.Deliver;
import io.godwit.xtr.ingress.IngressParking;
import io.godwit.xtr.ingress.LispCheck;
import io.godwit.xtr.ingress.MapVersionCheck;
import io.godwit.xtr.ingress.Receive;
import io.godwit.xtr.ingress.SourceGuard;
import io.godwit.xtr.ingress.SourcePrefixes;
import io.godwit.xtr.ingress.StaleItrs;
import io.godwit.xtr.ingress.TrustedPeers;
import io.godwit.xtr.ingress.Validate;
import io.godwit.xtr.layer2.Floods;
import io.godwit.xtr.layer2.FrameDecap;
import io.godwit.xtr.layer2.FrameEncap;
import io.godwit.xtr.layer2.FrameLookup;
import io.godwit.xtr.layer2.FrameTransmit;
import io.godwit.xtr.layer2.Layer2;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.observe.Counters;
import io.godwit.xtr.ring.DataThread;
import io.godwit.xtr.ring.DeliveredLately;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.LastSpoken;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.ParkingLimits;
import io.godwit.xtr.ring.Pipeline;
import io.godwit.xtr.ring.RingLayout;
import io.godwit.xtr.ring.Stage;
import io.godwit.xtr.ring.TapPoint;
import io.godwit.xtr.ring.TapRecord;
import io.godwit.xtr.ring.Taps;
import io.godwit.xtr.ring.ThreadPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** Builds the two directions: stages, parking lot and event ring of each, with a counter block for each stage that may have its own thread. */
final class DirectionFactory {
    /** One direction's own things. */
    record Direction(
            Parking parking,
            EventRing events,
            Pipeline pipeline,
            List<AutoCloseable> memory,
            Map<String, BooleanSupplier> offloads)
            implements AutoCloseable {
        /** Stops the threads; {@link #free} then gives the memory back. */
        @Override
        public void close() {
            pipeline.close();
        }

        void free() {
            parking.close();
            for (AutoCloseable each : memory) {
                CloseHelper.quietClose(each);
            }
        }
    }

    private final Network network;
    private final DataPlaneConfig config;
    private final DataPlaneDevices devices;
    private final ForwardingTable table;
    private final Counters counters;
    private final EventRing.Signal signal;
    private final Taps taps;
    private final StaleItrs staleItrs;
    private final NanoClock nanoClock;
    private final Layer2 layer2;
    /** Where hosts may move and nobody announces it. */
    private final @Nullable LastSpoken spoken;

    /** With the plan {@code single}. */
    private @Nullable DataThread both;

    private int threadsMade;

    DirectionFactory(
            Network network,
            DataPlaneConfig config,
            DataPlaneDevices devices,
            ForwardingTable table,
            Counters counters,
            EventRing.Signal signal,
            Taps taps,
            StaleItrs staleItrs,
            NanoClock nanoClock) {
        this.network = network;
        this.config = config;
        this.devices = devices;
        this.table = table;
        this.counters = counters;
        this.signal = signal;
        this.taps = taps;
        this.staleItrs = staleItrs;
        this.nanoClock = nanoClock;
        spoken = config.parking().resendMillis() == 0 ? null : new LastSpoken();
        layer2 = new Layer2(
                config.firstLayer2(),
                config.instances().stream()
                        .map(DataPlaneConfig.Instance::instanceId)
                        .toList());
    }

    /** What directions from the site have, whatever they carry. */
    private final class FromSite {
        final CounterBlock counted = counters.newBlock();
        final CoarseClock clock = new CoarseClock(nanoClock);
        final FibReader reader = table.newReader();
        final EventRing events = new EventRing(counted, signal);
        final TapPoint tapPoint = new TapPoint(taps, nanoClock, TapRecord.FROM_SITE, 1);
        final Parking parking =
                new Parking(parkingLimits(), reader, new EgressParking(events, clock), counted, clock, tapPoint);
        final PacketRing ring = new PacketRing(RingLayout.SLOTS, RingLayout.BATCH, Intake.BUFFERS);
        final CounterBlock transmit = counters.newBlock();
        final Transmitter transmitter;
        final TunWriter tun = new TunWriter(devices.tuns(), transmit);
        private final int number;
        private final DataPlaneDevices.Queue queue;

        FromSite(int number) {
            this.number = number;
            queue = devices.queues().get(number);
            ring.receivedOn(number);
            transmitter = new Transmitter(queue.senders(false), queue.senders(true), transmit);
        }

        Direction direction(String name, List<Stage> stages, @Nullable OnePass onePass) {
            Pipeline pipeline = new Pipeline(
                    name,
                    environment(tapPoint),
                    ring,
                    new Intake(
                            queue.tuns(),
                            queue.firstInstance(),
                            ring,
                            parking,
                            layer2.has(queue.firstInstance()) ? null : spoken,
                            counted,
                            clock,
                            tapPoint),
                    stages,
                    onePass,
                    firstThread(name, number, queue.tuns()),
                    clock);
            return new Direction(parking, events, pipeline, List.of(transmitter, tun), Map.of());
        }
    }

    /** @param number of the queue that it reads */
    Direction fromSite(int number) {
        FromSite parts = new FromSite(number);
        return layer2.has(parts.queue.firstInstance()) ? frames(parts) : egress(parts);
    }

    private Direction egress(FromSite parts) {
        CounterBlock encap = counters.newBlock();
        Encapsulator encapsulator = encapsulator(encap);
        Lookup second = new Lookup(
                parts.reader, parts.parking, parts.events, sourceErrors(parts.counted), parts.counted, parts.clock);
        Encap third = new Encap(encapsulator, encap);
        Transmit fourth = new Transmit(parts.transmitter, parts.tun);
        OnePass onePass = new OnePass(
                second, third, fourth, parts.transmitter, encapsulator, parts.reader, parts.parking, parts.clock);
        String name = parts.number == 0 ? "egress" : "egress" + (parts.number + 1);
        return parts.direction(name, List.of(second, third, fourth), onePass);
    }

    private Direction frames(FromSite parts) {
        Floods floods = new Floods(
                config.instances().stream().map(DataPlaneConfig.Instance::flood).toList());
        List<Stage> stages = List.of(
                new FrameLookup(layer2, floods, parts.reader, parts.parking, parts.events, parts.counted, parts.clock),
                new FrameEncap(layer2, config.mtu(), counters.newBlock()),
                new FrameTransmit(layer2, floods, parts.transmitter, parts.tun, parts.transmit));
        return parts.direction("frames", stages, null);
    }

    Direction ingress() {
        TapPoint tapPoint = new TapPoint(taps, nanoClock, TapRecord.FROM_CORE, 1);
        CoarseClock own = new CoarseClock(nanoClock);
        FibReader reader = table.newReader();
        CounterBlock counted = counters.newBlock();
        EventRing events = new EventRing(counted, signal);
        DeliveredLately lately = spoken == null
                ? null
                : new DeliveredLately(config.parking().resendMillis(), spoken, reader, counted, own);
        Parking parking = new Parking(parkingLimits(), reader, new IngressParking(lately), counted, own, tapPoint);
        PacketRing ring = new PacketRing(RingLayout.INGRESS_SLOTS, RingLayout.INGRESS_BATCH, Receive.BUFFERS);
        CounterBlock decap = counters.newBlock();
        CounterBlock deliver = counters.newBlock();
        Transmitter transmitter = new Transmitter(devices.onward(false), devices.onward(true), deliver);
        TunWriter tun = new TunWriter(devices.tuns(), deliver);
        Deliver last = new Deliver(layer2, devices.tuns(), tun, transmitter, deliver);
        DataPlaneConfig.Rules rules = config.rules();
        LispCheck check = new LispCheck(reader, layer2, rules.acceptGpe(), counted);
        MapVersionCheck versions = new MapVersionCheck(reader, events, staleItrs, counted, own);
        TrustedPeers trusted = new TrustedPeers(rules.trust(), rules.acceptGpe(), reader, events, versions, own);
        Validate second = new Validate(
                layer2,
                check,
                guard(reader, events, counted, own),
                trusted,
                reader,
                parking,
                lately,
                events,
                counted,
                own);
        Decap third = new Decap(
                layer2,
                new FrameDecap(layer2, config.mtu(), decap),
                rules.dscpMode(),
                mssClamp(decap),
                encapsulator(decap),
                decap);
        Pipeline pipeline = new Pipeline(
                "ingress",
                environment(tapPoint),
                ring,
                new Receive(devices.receivers(), ring, parking, lately, counted, tapPoint),
                List.of(second, third, last),
                new io.godwit.xtr.ingress.OnePass(check, second, third, last, reader, parking, lately),
                firstThread("ingress", 0, devices.receivers()),
                own);
        return new Direction(
                parking,
                events,
                pipeline,
                Stream.of(last, tun, transmitter, lately)
                        .filter(Objects::nonNull)
                        .toList(),
                Map.of("tunUdpSuperPackets", last::coalescesUdp));
    }

    /** One parking lot for each queue, and one for the way from the core. */
    private ParkingLimits parkingLimits() {
        return config.parking().shared(devices.queues().size() + 1);
    }

    private SourceErrors sourceErrors(CounterBlock counted) {
        return new SourceErrors(devices.tuns(), config.rules().tooBigPerSecond(), counted, nanoClock);
    }

    private Encapsulator encapsulator(CounterBlock counted) {
        return new Encapsulator(config.mtu(), sourceErrors(counted), mssClamp(counted), counted);
    }

    private MssClamp mssClamp(CounterBlock counted) {
        return new MssClamp(config.rules().clampMss(), config.mtu(), counted);
    }

    private SourceGuard guard(FibReader reader, EventRing events, CounterBlock counted, CoarseClock clock) {
        List<SourcePrefixes> allowed = config.instances().stream()
                .map(instance ->
                        SourcePrefixes.of(instance.instanceId(), config.rules().sources()))
                .toList();
        return new SourceGuard(layer2, config.rules().sourceCheck(), allowed, reader, events, counted, clock);
    }

    private Pipeline.Environment environment(TapPoint tapPoint) {
        return new Pipeline.Environment(
                config.threads().plan(),
                config.threads().spins(),
                this::emptyPoller,
                nanoClock,
                counters,
                tapPoint,
                this::nextCpu);
    }

    /** Of a direction; with the plan {@code single} the way from the core and the first queue have the same. */
    private DataThread firstThread(String name, int queue, List<? extends Pollable> sources) {
        if (config.threads().plan() != ThreadPlan.SINGLE || queue > 0) {
            return newThread(name, sources);
        }
        DataThread thread = both;
        if (thread == null) {
            List<Pollable> all = new ArrayList<>(devices.queues().getFirst().tuns());
            all.addAll(devices.receivers());
            thread = newThread("egress-ingress", all);
            both = thread;
        }
        return thread;
    }

    private DataThread newThread(String name, List<? extends Pollable> sources) {
        return new DataThread(
                "godwit-" + name + "-1",
                network.poller(sources),
                config.threads().spins(),
                nextCpu(),
                nanoClock);
    }

    private int nextCpu() {
        List<Integer> cpus = config.threads().cpus();
        return cpus.isEmpty() ? Pipeline.ANY_CPU : cpus.get(threadsMade++ % cpus.size());
    }

    private Poller emptyPoller() {
        return network.poller(List.of());
    }
}
