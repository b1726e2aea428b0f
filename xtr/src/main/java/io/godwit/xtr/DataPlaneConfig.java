package io.godwit.xtr;

import io.godwit.linux.UdpChecksum;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.ingress.DscpMode;
import io.godwit.xtr.ingress.SourceCheck;
import io.godwit.xtr.ingress.Trust;
import io.godwit.xtr.ring.ParkingLimits;
import io.godwit.xtr.ring.ThreadPlan;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the forwarding path is made of.
 *
 * @param locators own RLOCs: each receives on UDP port 4341, the first of a family is the source of what is sent
 * @param instances each with a TUN device of its own, or a TAP device if it is a layer-2 instance, which stand behind the others
 * @param mtu L, the largest packet that may be sent, in octets (RFC 9300 section 7.1)
 */
public record DataPlaneConfig(
        List<IpAddress> locators,
        List<Instance> instances,
        int mtu,
        Threads threads,
        ParkingLimits parking,
        Rules rules) {
    public static final int DEFAULT_MTU = 1500;

    /** Smallest L that leaves room for an IPv6 packet of 1280 octets over IPv6. */
    public static final int MIN_MTU = 1280 + 56;

    /**
     * @param instanceId 24 bits, 0 is the default instance
     * @param tunName name of its TUN device, or TAP device
     * @param layer2 whether Ethernet frames are forwarded, by MAC EIDs
     * @param flood RLOCs that each get broadcast and multicast frames, if it is
     */
    public record Instance(int instanceId, String tunName, boolean layer2, List<IpAddress> flood) {
        public Instance {
            flood = List.copyOf(flood);
        }

        /** Of IP packets. */
        public Instance(int instanceId, String tunName) {
            this(instanceId, tunName, false, List.of());
        }
    }

    /**
     * @param plan which stages share a thread
     * @param spins rounds without work before a thread sleeps; spinning shortens the first packet's way and takes the processor
     * @param cpus what threads are bound to, those of egress first, in turn; none: the scheduler decides
     * @param queues of each TUN device, each with its own egress threads and sockets; a flow keeps to one
     */
    public record Threads(ThreadPlan plan, int spins, List<Integer> cpus, int queues) {
        public static final int MAX_QUEUES = 16;

        public Threads {
            cpus = List.copyOf(cpus);
            if (queues < 1 || queues > MAX_QUEUES) {
                throw new IllegalArgumentException("a TUN device has 1 to " + MAX_QUEUES + " queues, not " + queues);
            }
        }

        public Threads(ThreadPlan plan, int spins) {
            this(plan, spins, List.of(), 1);
        }

        public Threads on(List<Integer> newCpus) {
            return new Threads(plan, spins, newCpus, queues);
        }

        public Threads withQueues(int newQueues) {
            return new Threads(plan, spins, cpus, newQueues);
        }

        /** What suits {@code cpus} processors. */
        public static Threads forCpus(int cpus) {
            ThreadPlan plan = ThreadPlan.forCpus(cpus);
            return of(plan).withQueues(plan.queues(cpus));
        }

        public static Threads of(ThreadPlan plan) {
            return new Threads(plan, plan.spins());
        }
    }

    /**
     * @param checksum the outer UDP checksum (RFC 9300 section 5.3)
     * @param acceptGpe whether the P bit of a received header announces a next protocol (RFC 9305), or is ignored
     * @param sourceCheck whether inner source and outer source must belong together
     * @param sources what inner sources may be from (RFC 6832 section 6.1), all when empty
     * @param trust whose headers are believed more than an instance-id
     * @param dscpMode what becomes of the outer DSCP
     * @param clampMss whether TCP connections are told the segment size that the tunnel carries
     * @param sourcePorts UDP source ports for each family, a power of two up to {@value #MAX_SOURCE_PORTS}
     * @param tooBigPerSecond ICMP messages to sources at the most
     */
    public record Rules(
            UdpChecksum checksum,
            boolean acceptGpe,
            SourceCheck sourceCheck,
            List<EidPrefix> sources,
            Trust trust,
            DscpMode dscpMode,
            boolean clampMss,
            int sourcePorts,
            int tooBigPerSecond) {
        public static final int MAX_SOURCE_PORTS = 4096;
        public static final Rules DEFAULT = new Rules(
                UdpChecksum.AUTO, true, SourceCheck.OFF, List.of(), Trust.NONE, DscpMode.UNIFORM, false, 16, 100);

        public Rules {
            sources = List.copyOf(sources);
            if (Integer.bitCount(sourcePorts) != 1 || sourcePorts > MAX_SOURCE_PORTS) {
                throw new IllegalArgumentException("the number of source ports must be a power of two up to "
                        + MAX_SOURCE_PORTS + ", not " + sourcePorts);
            }
        }

        public Rules with(UdpChecksum c) {
            return changed(draft -> draft.checksum = c);
        }

        public Rules withGpe(boolean g) {
            return changed(draft -> draft.acceptGpe = g);
        }

        public Rules with(SourceCheck c, List<EidPrefix> s) {
            return changed(draft -> {
                draft.sourceCheck = c;
                draft.sources = s;
            });
        }

        public Rules with(Trust t) {
            return changed(draft -> draft.trust = t);
        }

        public Rules with(DscpMode d) {
            return changed(draft -> draft.dscpMode = d);
        }

        public Rules withMssClamp(boolean m) {
            return changed(draft -> draft.clampMss = m);
        }

        public Rules withSourcePorts(int count) {
            return changed(draft -> draft.sourcePorts = count);
        }

        private Rules changed(Consumer<Draft> change) {
            Draft draft = new Draft(this);
            change.accept(draft);
            return draft.rules();
        }

        /** Rules that are being changed. */
        private static final class Draft {
            UdpChecksum checksum;
            boolean acceptGpe;
            SourceCheck sourceCheck;
            List<EidPrefix> sources;
            Trust trust;
            DscpMode dscpMode;
            boolean clampMss;
            int sourcePorts;
            final int tooBigPerSecond;

            Draft(Rules rules) {
                checksum = rules.checksum;
                acceptGpe = rules.acceptGpe;
                sourceCheck = rules.sourceCheck;
                sources = rules.sources;
                trust = rules.trust;
                dscpMode = rules.dscpMode;
                clampMss = rules.clampMss;
                sourcePorts = rules.sourcePorts;
                tooBigPerSecond = rules.tooBigPerSecond;
            }

            Rules rules() {
                return new Rules(
                        checksum,
                        acceptGpe,
                        sourceCheck,
                        sources,
                        trust,
                        dscpMode,
                        clampMss,
                        sourcePorts,
                        tooBigPerSecond);
            }
        }
    }

    public DataPlaneConfig {
        locators = List.copyOf(locators);
        instances = List.copyOf(instances);
        if (locators.isEmpty() || instances.isEmpty()) {
            throw new IllegalArgumentException("the forwarding path needs at least one RLOC and one instance");
        }
        if (mtu < MIN_MTU || mtu > 65_535) {
            throw new IllegalArgumentException("the MTU must be within " + MIN_MTU + "..65535, not " + mtu);
        }
        if (instances.stream().map(Instance::instanceId).distinct().count() != instances.size()) {
            throw new IllegalArgumentException("an instance-id is configured twice");
        }
        int first = firstLayer2(instances);
        if (instances.stream().skip(first).anyMatch(instance -> !instance.layer2())) {
            throw new IllegalArgumentException("layer-2 instances must stand behind the others");
        }
    }

    /** Index of the first layer-2 instance; their number when there is none. */
    public int firstLayer2() {
        return firstLayer2(instances);
    }

    private static int firstLayer2(List<Instance> instances) {
        return (int)
                instances.stream().takeWhile(instance -> !instance.layer2()).count();
    }

    /** With defaults for the rest, for the processors of this machine. */
    public static DataPlaneConfig of(List<IpAddress> locators, List<Instance> instances) {
        return new DataPlaneConfig(
                locators,
                instances,
                DEFAULT_MTU,
                Threads.forCpus(Runtime.getRuntime().availableProcessors()),
                ParkingLimits.DEFAULT,
                Rules.DEFAULT);
    }

    public DataPlaneConfig withMtu(int newMtu) {
        return new DataPlaneConfig(locators, instances, newMtu, threads, parking, rules);
    }

    public DataPlaneConfig withThreads(Threads newThreads) {
        return new DataPlaneConfig(locators, instances, mtu, newThreads, parking, rules);
    }

    public DataPlaneConfig withParking(ParkingLimits newParking) {
        return new DataPlaneConfig(locators, instances, mtu, threads, newParking, rules);
    }

    public DataPlaneConfig withRules(Rules newRules) {
        return new DataPlaneConfig(locators, instances, mtu, threads, parking, newRules);
    }
}
