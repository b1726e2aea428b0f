package io.godwit.xtr;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.TunOffloads;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.TcpHeader;
import io.godwit.xtr.observe.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel refuses is told once, and the packets go all the same. */
@Timeout(120)
class OffloadTest {
    @Test
    void shouldLogEachRefusalOnceWhenItIsSeen() {
        List<String> log = new ArrayList<>();
        AtomicBoolean works = new AtomicBoolean(true);
        Offloads offloads = new Offloads(log::add);
        offloads.add("segmentation was refused", works::get);
        offloads.add("segmentation was refused", works::get);
        offloads.add("something else was refused", () -> true);
        offloads.log();
        assertThat(log).isEmpty();
        works.set(false);
        offloads.log();
        offloads.log();
        assertThat(log).containsExactly("segmentation was refused");
        assertThat(offloads.refused()).containsExactly("segmentation was refused");
    }

    @Test
    void shouldTellThatSegmentationWasRefusedAndSendOneByOne() {
        FakeUnderlay underlay = new FakeUnderlay();
        try (TestSite site = new TestSite(underlay, SystemNanoClock.INSTANCE, config -> config, "192.0.2.1")) {
            site.remote("10.2.0.0/16", "192.0.2.2");
            assertThat(site.plane.status()).containsEntry("refusedOffloads", List.of());
            site.network.refuseSegmentation();
            for (int i = 1; i <= 2; i++) {
                site.tun(0)
                        .fromHost(
                                TestSegments.header(false, 1000),
                                TestSegments.tcp(false, 1, TcpHeader.ACK, new byte[5_000]));
                site.awaitCount(Counter.TRANSMITTED_DATAGRAMS, 5L * i);
                site.plane.poll(site.events, 10);
            }
            assertThat(site.plane.status().get("refusedOffloads")).asString().contains("refused UDP_SEGMENT");
            assertThat(site.plane.status()).containsKey("udpSegmentation");
        }
    }

    @Test
    void shouldTellWhatATunDeviceDoesNotDo() {
        FakeNetwork network =
                new FakeNetwork(new FakeUnderlay(), IpAddress.parse("192.0.2.1").toInetAddress());
        network.grantOffloads(new TunOffloads(true, true, false));
        DataPlaneConfig config = DataPlaneConfig.of(
                List.of(IpAddress.parse("192.0.2.1")), List.of(new DataPlaneConfig.Instance(0, "tun0")));
        try (RingDataPlane plane = RingDataPlane.create(network, config, SystemNanoClock.INSTANCE)) {
            plane.start(() -> {});
            assertThat(plane.status()).containsEntry("tunTso", true).containsEntry("tunUso", false);
            assertThat(plane.status().get("refusedOffloads")).asString().contains("TUN device tun0", "Linux 6.2");
        }
    }
}
