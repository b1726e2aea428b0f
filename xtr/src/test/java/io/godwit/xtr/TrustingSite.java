package io.godwit.xtr;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.daemon.observe.Counters;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.config.ForwardingConfig;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventLog;
import io.godwit.xtr.control.core.OwnLocators;
import io.godwit.xtr.control.itr.Mapping;
import io.godwit.xtr.control.trusted.GleanAgent;
import io.godwit.xtr.control.trusted.TrustedAgent;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import io.godwit.xtr.ingress.Trust;
import io.godwit.xtr.observe.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A forwarding path with the agents of trusted mode, in virtual time; 192.0.2.0/24 is trusted. */
final class TrustingSite implements AutoCloseable {
    static final String GPE_PEER = "198.51.100.1";

    private static final List<EidPrefix> TRUSTED = List.of(EidPrefix.parse("192.0.2.0/24"));

    final List<EidPrefix> verified = new ArrayList<>();
    final TrustedAgent agent;
    final GleanAgent gleaner;
    private final VirtualTimers timers = new VirtualTimers();
    private final Map<EidPrefix, Mapping> mappings = new HashMap<>();
    private final TestSite site;
    private final Events events = new Events();
    private long received;

    private final class Events implements DataPlaneEvents {
        final List<String> misses = new ArrayList<>();

        @Override
        public void onMiss(int instanceId, IpAddress sourceEid, IpAddress destinationEid) {
            misses.add(destinationEid.toString());
        }

        @Override
        public void onAwayTraffic(int instanceId, LispAddress destinationEid, IpAddress outerSource) {}

        @Override
        public void onArriving(int instanceId, LispAddress destinationEid, IpAddress outerSource) {}

        @Override
        public void onNotLocal(int instanceId, LispAddress destinationEid, IpAddress outerSource) {}

        @Override
        public void onPeer(IpAddress outerSource, int word0) {
            agent.onPeer(outerSource, word0);
        }

        @Override
        public void onStatusBits(int instanceId, IpAddress sourceEid, IpAddress outerSource, int word0, int word1) {
            agent.onStatusBits(instanceId, sourceEid, outerSource, word0, word1);
        }

        @Override
        public void onUnknownSource(int instanceId, IpAddress sourceEid, IpAddress outerSource) {
            gleaner.onUnknownSource(instanceId, sourceEid, outerSource);
        }
    }

    /** @param eid at the site */
    TrustingSite(FakeUnderlay underlay, String eid, String... own) {
        site = new TestSite(
                underlay,
                timers::nanoTime,
                config -> config.withRules(config.rules().with(new Trust(TRUSTED, true, true, false, true))),
                own);
        site.local(eid);
        OwnLocators locators = new OwnLocators(Stream.of(own)
                .map(rloc -> RlocRecord.unicast(IpAddress.parse(rloc), 1, 1, true))
                .toList());
        var transport = new MemoryNetwork(timers).open(locators.addresses().toArray(IpAddress[]::new));
        var context = new ControlContext(
                timers,
                new ControlSender(transport, new MessageAuthentication()),
                site.plane,
                locators,
                new EventLog(timers, 10),
                new Counters<>(ControlCounter.class),
                new Random(4711));
        agent = new TrustedAgent(context, config(), this::mapping);
        gleaner = new GleanAgent(context, source -> mapping(source).isPresent(), verified::add);
        agent.start();
    }

    private static ForwardingConfig config() {
        return new ForwardingConfig(
                "auto",
                List.of(),
                1,
                1500,
                "auto",
                true,
                "off",
                List.of(),
                "uniform",
                false,
                "fixed",
                Duration.ofMinutes(10),
                new ForwardingConfig.TrustedConfig(TRUSTED, true, true, false, true),
                List.of(EidPrefix.parse(GPE_PEER + "/32")),
                16,
                new ForwardingConfig.ParkingConfig(
                        1 << 20, 64, 64, 256, Duration.ofSeconds(3), Duration.ofSeconds(12), Duration.ZERO));
    }

    private Optional<Mapping> mapping(EidPrefix eid) {
        return mappings.values().stream()
                .filter(mapping -> mapping.eid().covers(eid))
                .findFirst();
    }

    /** As if a Map-Reply said so; of several RLOCs each is less preferred than the one before. */
    void mapped(String eid, boolean echoes, String... rlocs) {
        EidPrefix prefix = EidPrefix.parse(eid);
        List<RlocRecord> records = new ArrayList<>();
        List<Locator> locators = new ArrayList<>();
        for (String rloc : rlocs) {
            int priority = records.size() + 1;
            records.add(RlocRecord.unicast(IpAddress.parse(rloc), priority, 1, true));
            locators.add(new Locator(IpAddress.parse(rloc), priority, 1));
        }
        Forwarding forwarding = new Forwarding.Remote(locators);
        mappings.put(prefix, new Mapping(prefix, records, Action.NO_ACTION, true, forwarding, 0, Long.MAX_VALUE));
        site.plane.put(prefix, forwarding);
        if (echoes) {
            agent.onEchoAllowed(
                    new EidRecord(1440, prefix.length(), Action.NO_ACTION, true, 0, prefix.toAddress(), records));
        }
    }

    /** A host of the site sends a packet. */
    void host(int instance, String source, String destination) {
        site.tun(instance).fromHost(TestPackets.from(source, destination).bytes());
    }

    /** Waits for one more datagram to be through, then does what the forwarding path asks for. */
    void handleEvents() {
        received++;
        site.await(() -> site.count(Counter.DELIVERED_PACKETS) >= received, "delivery number " + received);
        while (site.plane.poll(events, 100) > 0) {
            Thread.onSpinWait();
        }
    }

    void awaitMiss(String eid) {
        site.await(
                () -> {
                    site.plane.poll(events, 100);
                    return events.misses.contains(eid);
                },
                "miss of " + eid);
    }

    void await(BooleanSupplier state, String what) {
        site.await(state, what);
    }

    void advance(Duration duration) {
        timers.advance(duration);
    }

    @Override
    public void close() {
        site.close();
    }
}
