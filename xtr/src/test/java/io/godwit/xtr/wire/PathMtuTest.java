package io.godwit.xtr.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.daemon.observe.Counters;
import io.godwit.linux.LinuxNetwork;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventLog;
import io.godwit.xtr.control.core.OwnLocators;
import io.godwit.xtr.control.path.PathMtuAgent;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ICMP errors that routers on the way send, and those that others make up. */
@NamespaceTest
@Timeout(120)
class PathMtuTest {
    private static final String FAR4 = "192.0.2.11";
    private static final String FAR6 = "2001:db8:f::11";
    private static final String ROUTER4 = "192.0.2.200";
    private static final String ROUTER6 = "2001:db8:f::200";

    private final KernelSite site = new KernelSite(config -> config);
    private final VirtualTimers timers = new VirtualTimers();
    private final Counters<ControlCounter> counters = new Counters<>(ControlCounter.class);
    private final List<IpAddress> unreachable = new ArrayList<>();
    private final PathMtuAgent agent = site.namespace.call(() -> new PathMtuAgent(
            context(),
            own -> new LinuxNetwork().openIcmpErrors(own.toInetAddress()),
            1500,
            Duration.ofMinutes(10),
            unreachable::add));

    PathMtuTest() {
        site.remote("10.2.0.4", KernelSite.PEER4);
        site.remote("10.2.1.4", FAR4);
        site.remote("10.2.0.6", KernelSite.PEER6);
        site.remote("10.2.1.6", FAR6);
        agent.start();
    }

    private ControlContext context() {
        OwnLocators own = new OwnLocators(List.of(
                RlocRecord.unicast(IpAddress.parse(KernelSite.OWN4), 1, 1, true),
                RlocRecord.unicast(IpAddress.parse(KernelSite.OWN6), 1, 1, true)));
        var transport = new MemoryNetwork(timers).open(own.addresses().toArray(IpAddress[]::new));
        return new ControlContext(
                timers,
                new ControlSender(transport, new MessageAuthentication()),
                site.plane,
                own,
                new EventLog(timers, 10),
                counters,
                new Random(1));
    }

    @AfterEach
    void close() {
        agent.close();
        site.close();
    }

    /** An inner packet of that length, with DF as hosts send it that look for the path's MTU. */
    private OuterPacket sent(String destination, int length) throws Exception {
        try (DatagramSocket host = site.socket("10.1.0.1", 0)) {
            KernelSite.send(host, destination, length - 28);
            return new OuterPacket(site.wire.next());
        }
    }

    /** Lengths on the wire of a packet that is too large: the host is told so, and sends the next one in fragments. */
    private List<Integer> fragments(String destination, int length) throws Exception {
        try (DatagramSocket host = site.socket("10.1.0.1", 0)) {
            long before = site.count(Counter.TOO_BIG_SENT);
            KernelSite.send(host, destination, length - 28);
            site.await(() -> site.count(Counter.TOO_BIG_SENT) > before, "message to the host");
            List<Integer> lengths = new ArrayList<>();
            while (lengths.size() < 2) {
                KernelSite.send(host, destination, length - 28);
                for (byte[] packet = site.wire.next(100); packet != null; packet = site.wire.next(100)) {
                    lengths.add(packet.length);
                }
            }
            return lengths;
        }
    }

    private void told(OuterPacket error) {
        site.wire.inject(error.octets());
        timers.advance(Duration.ofMillis(100));
    }

    private static OuterPacket tooBig(OuterPacket packet, int mtu) {
        return packet.isIpv4() ? packet.error(ROUTER4, 3, 4, mtu, 548) : packet.error(ROUTER6, 2, 0, mtu, 1232);
    }

    @Test
    @Conformance("C027")
    void shouldLowerTheMtuOfTheLocatorThatAnErrorIsAboutAndOfNoOther() throws Exception {
        told(tooBig(sent("10.2.0.4", 1400), 1300));
        assertThat(agent.learned()).isEqualTo(Map.of(IpAddress.parse(KernelSite.PEER4), 1300));

        assertThat(fragments("10.2.0.4", 1300 - 36 + 4)).allMatch(length -> length <= 1300);
        assertThat(sent("10.2.0.4", 1300 - 36).octets()).hasSize(1300);
        assertThat(sent("10.2.1.4", 1400).octets()).hasSize(1436);
        assertThat(sent("10.2.0.6", 1400).octets()).hasSize(1456);
    }

    @Test
    @Conformance("C027")
    void shouldLearnFromIcmpv6() throws Exception {
        told(tooBig(sent("10.2.0.6", 1400), 1300));
        assertThat(agent.learned()).isEqualTo(Map.of(IpAddress.parse(KernelSite.PEER6), 1300));
        assertThat(sent("10.2.0.6", 1300 - 56).octets()).hasSize(1300);
        assertThat(fragments("10.2.0.6", 1300 - 56 + 4)).allMatch(length -> length <= 1300);
        assertThat(sent("10.2.1.6", 1400).octets()).hasSize(1456);
    }

    @Test
    void shouldForgetInTimeAndNotBeRaisedByLaterErrors() throws Exception {
        OuterPacket large = sent("10.2.0.4", 1400);
        told(tooBig(large, 1300));
        told(tooBig(large, 1350));
        assertThat(agent.learned().values()).containsExactly(1300);
        told(tooBig(large, 100));
        assertThat(agent.learned().values()).as("the least any host must take").containsExactly(576);
        timers.advance(Duration.ofMinutes(10));
        assertThat(agent.learned()).isEmpty();
        assertThat(sent("10.2.0.4", 1400).octets()).hasSize(1436);
    }

    @Test
    @Conformance("C028")
    void shouldIgnoreErrorsThatQuoteWhatWasNeverSent() throws Exception {
        OuterPacket real = sent("10.2.0.4", 1400);
        byte[] lisp = real.udpPayload();
        int port = real.udpSourcePort();
        byte[] otherEid = lisp.clone();
        otherEid[8 + 18] = 77;
        byte[] otherInstance = lisp.clone();
        otherInstance[0] = 8;
        otherInstance[6] = 9;
        OuterPacket[] forged = {
            OuterPacket.udp(KernelSite.OWN4, port ^ 1, KernelSite.PEER4, 4341, lisp),
            OuterPacket.udp(KernelSite.OWN4, port, FAR4, 4341, lisp),
            OuterPacket.udp(KernelSite.OWN4, port, KernelSite.PEER4, 4342, lisp),
            OuterPacket.udp(KernelSite.OTHER4, port, KernelSite.PEER4, 4341, lisp),
            OuterPacket.udp(KernelSite.OWN4, port, KernelSite.PEER4, 4341, otherEid),
            OuterPacket.udp(KernelSite.OWN4, port, KernelSite.PEER4, 4341, otherInstance),
        };
        for (OuterPacket packet : forged) {
            told(tooBig(packet, 1300));
        }
        told(real.error(ROUTER4, 3, 4, 1300, 28));
        told(real.error(ROUTER4, 3, 4, 0, 548));
        told(real.error(ROUTER4, 3, 4, 1437, 548));
        byte[] damaged = tooBig(real, 1300).octets();
        damaged[30] ^= 1;
        told(new OuterPacket(damaged));

        assertThat(agent.learned()).isEmpty();
        assertThat(counters.snapshot()).containsEntry("icmpErrorsIgnored", 9L);
        assertThat(sent("10.2.0.4", 1400).octets()).hasSize(1436);
        told(tooBig(real, 1300));
        assertThat(agent.learned()).hasSize(1);
    }

    @Test
    void shouldTellWhatCannotBeDeliveredWhereTheErrorQuotesAPacketOfOurs() throws Exception {
        OuterPacket real = sent("10.2.0.4", 1400);
        OuterPacket real6 = sent("10.2.0.6", 1400);
        byte[] lisp = real.udpPayload();
        told(OuterPacket.udp(KernelSite.OWN4, real.udpSourcePort() ^ 1, KernelSite.PEER4, 4341, lisp)
                .error(ROUTER4, 3, 1, 0, 548));
        assertThat(unreachable).isEmpty();

        told(real.error(ROUTER4, 3, 1, 0, 548));
        told(real6.error(ROUTER6, 1, 0, 0, 1232));

        assertThat(unreachable).containsExactly(IpAddress.parse(KernelSite.PEER4), IpAddress.parse(KernelSite.PEER6));
        assertThat(agent.learned()).isEmpty();
        assertThat(sent("10.2.0.4", 1400).octets()).hasSize(1436);
    }

    /** The locator was never sent to, whatever the table says. */
    @Test
    @Conformance("C028")
    void shouldIgnoreErrorsAboutALocatorThatNothingWasSentTo() throws Exception {
        OuterPacket real = sent("10.2.0.4", 1400);
        byte[] lisp = real.udpPayload();
        lisp[8 + 18] = 1;
        told(tooBig(OuterPacket.udp(KernelSite.OWN4, real.udpSourcePort(), FAR4, 4341, lisp), 1300));
        assertThat(agent.learned()).isEmpty();
        assertThat(site.count(DropReason.TOO_BIG)).isZero();
    }
}
