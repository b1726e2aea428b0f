package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.management.OctetStream;
import io.godwit.linux.LinuxException;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.observe.tap.Capture;
import io.godwit.xtr.observe.tap.CaptureRequest;
import io.godwit.xtr.observe.tap.PacketTracer;
import io.godwit.xtr.observe.tap.PacketTracer.PacketView;
import io.godwit.xtr.observe.tap.PacketTracer.StageView;
import io.godwit.xtr.observe.tap.TapNames;
import io.godwit.xtr.ring.ParkingLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TapTest {
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";

    private final FakeUnderlay underlay = new FakeUnderlay();
    private TestSite a;
    private TestSite b;

    @BeforeEach
    void start() {
        a = new TestSite(underlay, SystemNanoClock.INSTANCE, config -> config, A);
        b = new TestSite(underlay, SystemNanoClock.INSTANCE, config -> config, B);
        a.remote("10.2.0.0/16", B);
        a.local("10.1.0.0/16");
        b.local("10.2.0.0/16");
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    private static TapNames names(TestSite site, String locator) {
        return new TapNames(
                List.of("tun0", "tun7"), List.of(0, 7), List.of(IpAddress.parse(locator)), site.plane::sourcePort);
    }

    private static PacketTracer tracer(TestSite site, String locator) {
        return new PacketTracer(
                site.plane.taps(), names(site, locator), new SystemEpochNanoClock(), SystemNanoClock.INSTANCE);
    }

    private void send(String destination) {
        a.tun(0).fromHost(TestPackets.from("10.1.0.1", destination).bytes());
    }

    private static List<String> stages(PacketView packet) {
        return packet.stages().stream().map(StageView::stage).toList();
    }

    private static List<String> verdicts(PacketView packet) {
        return packet.stages().stream().map(StageView::verdict).toList();
    }

    private static List<PacketView> await(TestSite site, PacketTracer tracer, int packets, int stages) {
        site.await(
                () -> {
                    List<PacketView> seen = tracer.view().packets();
                    return seen.size() == packets
                            && seen.stream().allMatch(p -> p.stages().size() >= stages);
                },
                packets + " traced packets");
        return tracer.view().packets();
    }

    @Test
    void shouldShowEachStageOfAPacketInBothDirections() {
        PacketTracer out = tracer(a, A);
        PacketTracer in = tracer(b, B);
        out.start(10, "");
        in.start(10, "");
        send("10.2.0.5");
        b.awaitDelivered(0);

        PacketView sent = await(a, out, 1, 4).getFirst();
        PacketView received = await(b, in, 1, 4).getFirst();

        assertThat(sent.direction()).isEqualTo("from-site");
        assertThat(sent.packet()).startsWith("10.1.0.1").contains("10.2.0.5");
        assertThat(stages(sent)).containsExactly("intake", "lookup", "encap", "transmit");
        assertThat(verdicts(sent)).containsExactly("arrived", "encapsulate", "encapsulate", "sent");
        assertThat(sent.stages()).isSortedAccordingTo((x, y) -> Double.compare(x.micros(), y.micros()));
        Map<String, Object> last = sent.stages().getLast().details();
        assertThat(last).containsEntry("to", B + ":4341");
        assertThat(received.direction()).isEqualTo("from-core");
        assertThat(received.stages().getFirst().details()).containsEntry("from", A + ":" + last.get("sourcePort"));
        assertThat(stages(received)).containsExactly("receive", "validate", "decap", "deliver");
        assertThat(verdicts(received)).containsExactly("arrived", "deliver", "deliver", "delivered");
    }

    @Test
    void shouldTellWhyAPacketWasDropped() {
        PacketTracer tracer = tracer(a, A);
        tracer.start(10, "");
        send("224.0.0.1");
        PacketView dropped = await(a, tracer, 1, 2).getFirst();
        assertThat(dropped.verdict()).isEqualTo(DropReason.EGRESS_MULTICAST.shown());
        assertThat(stages(dropped)).containsExactly("intake", "lookup");
    }

    @Test
    void shouldFollowAPacketThroughTheParkingLot() {
        PacketTracer tracer = tracer(a, A);
        tracer.start(10, "");
        send("10.7.0.5");
        a.awaitCount(Counter.PARKED_PACKETS, 1);
        a.remote("10.7.0.5", B);
        PacketView packet = await(a, tracer, 1, 6).getFirst();
        assertThat(verdicts(packet))
                .containsExactly("arrived", "parked", "released", "encapsulate", "encapsulate", "sent");
    }

    @Test
    void shouldTellThatAPacketWaitedTooLong() {
        try (TestSite hasty = new TestSite(
                new FakeUnderlay(),
                SystemNanoClock.INSTANCE,
                config -> config.withParking(new ParkingLimits(1 << 20, 64, 64, 64, 20, 20, 0)),
                A)) {
            PacketTracer tracer = tracer(hasty, A);
            tracer.start(1, "");
            hasty.tun(0).fromHost(TestPackets.from("10.1.0.1", "10.7.0.5").bytes());
            PacketView packet = await(hasty, tracer, 1, 3).getFirst();
            assertThat(verdicts(packet)).containsExactly("arrived", "parked", DropReason.PARKING_EXPIRED.shown());
            assertThat(packet.packet()).contains("10.7.0.5");
        }
    }

    @Test
    void shouldTellThatTheKernelRefusedAPacket() {
        PacketTracer tracer = tracer(a, A);
        tracer.start(2, "");
        underlay.mtu(40);
        send("10.2.0.6");
        PacketView packet = await(a, tracer, 1, 4).getFirst();
        assertThat(packet.verdict()).isEqualTo(DropReason.TRANSMIT_TOO_BIG.shown());
        a.assertCount(DropReason.TRANSMIT_TOO_BIG, 1);
    }

    @Test
    void shouldTraceOnlyWhatWasAskedFor() {
        PacketTracer tracer = tracer(a, A);
        tracer.start(2, "dst host 10.2.0.6");
        for (int i = 0; i < 5; i++) {
            send("10.2.0.5");
            send("10.2.0.6");
        }
        a.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 10);
        assertThat(await(a, tracer, 2, 4)).allMatch(packet -> packet.packet().contains("10.2.0.6"));
        assertThat(tracer.view().active()).isFalse();
        assertThat(tracer.view().lost()).isZero();
        tracer.clear();
        assertThat(tracer.view().packets()).isEmpty();
    }

    @Test
    void shouldRefuseABadFilterAndGoOn() {
        PacketTracer tracer = tracer(a, A);
        tracer.start(1, "");
        assertThatThrownBy(() -> tracer.start(1, "host nowhere.example")).isInstanceOf(LinuxException.class);
        assertThat(tracer.view().wanted()).isOne();
    }

    /** Collects what is written. */
    private static final class Collected implements OctetStream {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private boolean open = true;

        @Override
        public synchronized boolean isOpen() {
            return open;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public synchronized void write(byte[] more) {
            octets.writeBytes(more);
        }

        @Override
        public synchronized void close() {
            open = false;
        }

        synchronized String text() {
            return octets.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private Collected capture(Map<String, String> query) {
        Collected collected = new Collected();
        Capture.start(
                a.plane.taps(),
                names(a, A),
                CaptureRequest.of(query),
                collected,
                new SystemEpochNanoClock(),
                SystemNanoClock.INSTANCE);
        return collected;
    }

    @Test
    void shouldEndACaptureAfterTheCount() {
        Collected collected = capture(Map.of("count", "2"));
        send("224.0.0.1");
        send("10.2.0.5");
        a.await(() -> !collected.isOpen(), "end of the capture");
        assertThat(collected.text()).contains("tun0", A, DropReason.EGRESS_MULTICAST.shown());
    }

    @Test
    void shouldEndACaptureWhenTheClientHasGone() {
        Collected first = capture(Map.of());
        Collected second = capture(Map.of());
        assertThatThrownBy(() -> capture(Map.of())).hasMessageContaining("already");
        first.close();
        second.close();
        a.await(
                () -> {
                    try {
                        capture(Map.of("seconds", "1"));
                        return true;
                    } catch (IllegalStateException e) {
                        return false;
                    }
                },
                "room for another capture");
    }
}
