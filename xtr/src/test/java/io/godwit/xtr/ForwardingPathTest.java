package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.LinuxException;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.testing.Conformance;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.ThreadPlan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Two routers in one process: what goes into one TUN device comes out of the other, and what is on the wire between. */
@Timeout(120)
class ForwardingPathTest {
    private static final String A4 = "192.0.2.1";
    private static final String B4 = "192.0.2.2";
    private static final String A6 = "2001:db8:f::1";
    private static final String B6 = "2001:db8:f::2";

    /** A datagram on the wire. */
    private record Seen(
            String source, int sourcePort, String destination, int port, int ttl, int trafficClass, byte[] payload) {}

    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<Seen> wire = new CopyOnWriteArrayList<>();
    private TestSite a = site(ThreadPlan.INLINE, A4, A6);
    private TestSite b = site(ThreadPlan.INLINE, B4, B6);

    private TestSite site(ThreadPlan plan, String... locators) {
        return new TestSite(
                underlay,
                SystemNanoClock.INSTANCE,
                config -> config.withThreads(new DataPlaneConfig.Threads(plan, 0)),
                locators);
    }

    {
        underlay.tap(datagram -> wire.add(new Seen(
                datagram.source().getHostAddress(),
                datagram.sourcePort(),
                datagram.destination().getHostAddress(),
                datagram.destinationPort(),
                datagram.hopLimit(),
                datagram.trafficClass(),
                datagram.payload())));
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @ParameterizedTest
    @Conformance("C002")
    @CsvSource({
        "10.1.0.1, 10.2.0.2, " + B4,
        "10.1.0.1, 10.2.0.2, " + B6,
        "2001:db8:1::1, 2001:db8:2::2, " + B4,
        "2001:db8:1::1, 2001:db8:2::2, " + B6
    })
    void shouldCarryBothFamiliesOverBothFamilies(String source, String destination, String locator) {
        a.remote("[7]" + destination, locator);
        b.local("[7]" + destination);
        byte[] packet = TestPackets.from(source, destination).bytes();

        a.tun(7).fromHost(packet);

        assertThat(b.awaitDelivered(7)).isEqualTo(packet);
        assertThat(a.plane.packets(EidPrefix.parse("[7]" + destination))).isEqualTo(1);
        assertThat(a.plane.recentLocators(java.time.Duration.ofMinutes(1)).toString())
                .isEqualTo("[" + locator + "]");
    }

    @ParameterizedTest
    @EnumSource(ThreadPlan.class)
    void shouldKeepTheOrderUnderEveryThreadPlan(ThreadPlan plan) {
        a.close();
        b.close();
        a = site(plan, "192.0.2.11");
        b = site(plan, "192.0.2.12");
        a.remote("10.2.0.0/16", "192.0.2.12");
        b.local("10.2.0.2");
        TestPackets packets = TestPackets.from("10.1.0.1", "10.2.0.2");
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 100; i++) {
                a.tun(0).fromHost(packets.number(round * 100 + i).bytes());
            }
            for (int i = 0; i < 100; i++) {
                assertThat(TestPackets.number(b.awaitDelivered(0))).isEqualTo(round * 100 + i);
            }
        }
    }

    @Test
    @Conformance({"C001", "C013", "C030", "C031", "C035", "C038"})
    void shouldSendExactlyTheLispHeaderAndThePacket() {
        a.remote("[7]10.2.0.2", B4);
        a.remote("10.2.0.2", B4);
        b.local("[7]10.2.0.2");
        b.local("10.2.0.2");
        byte[] packet = TestPackets.from("10.1.0.1", "10.2.0.2").bytes();

        a.tun(7).fromHost(packet);
        b.awaitDelivered(7);
        a.tun(0).fromHost(packet);
        b.awaitDelivered(0);

        byte[] header7 = {0x08, 0, 0, 0, 0, 0, 7, 0};
        byte[] header0 = new byte[8];
        assertThat(wire.get(0).payload).startsWith(header7).endsWith(packet).hasSize(8 + packet.length);
        assertThat(wire.get(1).payload).startsWith(header0).endsWith(packet).hasSize(8 + packet.length);
        assertThat(wire).allSatisfy(seen -> {
            assertThat(seen.port).isEqualTo(4341);
            assertThat(seen.source).isEqualTo(A4);
            assertThat(seen.destination).isEqualTo(B4);
            assertThat(seen.sourcePort).isNotIn(4341, 4342);
        });
    }

    @Test
    @Conformance({"C014", "C017", "C019"})
    void shouldCopyTtlDscpAndEcnToTheOuterHeader() {
        a.remote("10.2.0.2", B4);
        a.remote("2001:db8:2::2", B6);
        for (int octet = 0; octet < 256; octet++) {
            int ttl = Math.max(1, 255 - octet);
            a.tun(0)
                    .fromHost(TestPackets.from("10.1.0.1", "10.2.0.2")
                            .ttl(ttl)
                            .trafficClass(octet)
                            .bytes());
            a.tun(0)
                    .fromHost(TestPackets.from("2001:db8:1::1", "2001:db8:2::2")
                            .ttl(ttl)
                            .trafficClass(octet)
                            .bytes());
        }
        a.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 512);
        assertThat(wire).hasSize(512).allSatisfy(seen -> assertThat(seen.ttl)
                .isEqualTo(Math.max(1, 255 - seen.trafficClass)));
        Set<Integer> octets = new HashSet<>();
        wire.forEach(seen -> octets.add(seen.trafficClass));
        assertThat(octets).hasSize(256);
    }

    @Test
    @Conformance("C003")
    void shouldKeepTheSourcePortOfAFlowAndSpreadFlows() {
        a.remote("10.2.0.2", B4);
        TestPackets packets = TestPackets.from("10.1.0.1", "10.2.0.2");
        for (int i = 0; i < 100; i++) {
            a.tun(0).fromHost(packets.sourcePort(5000).bytes());
        }
        a.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 100);
        assertThat(wire.stream().map(Seen::sourcePort).distinct()).hasSize(1);

        for (int i = 0; i < 500; i++) {
            a.tun(0).fromHost(packets.sourcePort(6000 + i).bytes());
        }
        a.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 600);
        assertThat(wire.stream().map(Seen::sourcePort).distinct()).hasSize(16);
    }

    @Test
    @Conformance("C036")
    void shouldKeepInstancesApart() {
        a.remote("10.2.0.2", B4);
        a.remote("[7]10.2.0.2", B4);
        b.local("10.2.0.2");
        b.local("[7]10.2.0.2");

        a.tun(7).fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").number(7).bytes());
        a.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").number(1).bytes());

        assertThat(TestPackets.number(b.awaitDelivered(7))).isEqualTo(7);
        assertThat(TestPackets.number(b.awaitDelivered(0))).isEqualTo(1);
    }

    @Test
    void shouldParkTheFirstPacketsOfAFlowUntilTheMappingComes() {
        b.local("10.2.0.2");
        TestPackets packets = TestPackets.from("10.1.0.1", "10.2.0.2");
        for (int i = 0; i < 10; i++) {
            a.tun(0).fromHost(packets.number(i).bytes());
        }
        a.awaitEvent("miss 0 10.1.0.1 10.2.0.2");
        a.awaitCount(Counter.PARKED_PACKETS, 10);
        assertThat(a.events.seen).hasSize(1);

        a.remote("10.2.0.0/24", B4);
        for (int i = 10; i < 20; i++) {
            a.tun(0).fromHost(packets.number(i).bytes());
        }

        for (int i = 0; i < 20; i++) {
            assertThat(TestPackets.number(b.awaitDelivered(0))).isEqualTo(i);
        }
    }

    @Test
    void shouldCarrySilenceAfterAnEntryIsRemoved() {
        a.remote("10.2.0.2", B4);
        a.plane.remove(EidPrefix.parse("10.2.0.2"));
        a.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.2.0.2").bytes());
        a.awaitEvent("miss 0 10.1.0.1 10.2.0.2");
        assertThat(wire).isEmpty();
    }

    @Test
    void shouldTellNamesAndNumbersOfItsTunDevices() {
        assertThat(a.plane.tunInterfaces())
                .extracting(RingDataPlane.TunInterface::name)
                .containsExactly("tun0", "tun7");
        assertThat(a.plane.status())
                .containsEntry("threadPlan", "inline")
                .containsEntry("threads", 2)
                .containsKey("parkedPackets");
    }

    @Test
    void shouldCountNegativeAnswersByTheirAction() {
        a.plane.put(
                EidPrefix.parse("10.3.0.0/16"),
                new Forwarding.Negative(io.godwit.packet.control.Action.NATIVELY_FORWARD));
        a.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.3.0.2").bytes());
        a.awaitDrops(DropReason.NEGATIVE_NATIVELY_FORWARD, 1);
    }

    @Test
    void shouldSayWhichCpusThereAreWhenOneIsMissing() {
        assertThatThrownBy(() -> new TestSite(
                        underlay,
                        SystemNanoClock.INSTANCE,
                        config -> config.withThreads(config.threads().on(List.of(1023))),
                        "192.0.2.33"))
                .isInstanceOf(LinuxException.class)
                .hasMessageStartingWith("forwarding.cpus [1023] names a CPU that is not here: choose from [");
    }
}
