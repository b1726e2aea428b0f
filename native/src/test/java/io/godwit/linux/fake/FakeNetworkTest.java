package io.godwit.linux.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.AddressBits;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Netlink;
import io.godwit.linux.Poller;
import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import io.godwit.linux.VnetHeader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FakeNetworkTest {
    private static final UdpOptions OPTIONS = new UdpOptions(false, true, true, true, true, 1 << 20);

    private final InetAddress left = address("2001:db8::1");
    private final InetAddress right = address("2001:db8::2");
    private final FakeUnderlay underlay = new FakeUnderlay();
    private final FakeNetwork leftHost = new FakeNetwork(underlay, left);
    private final FakeNetwork rightHost = new FakeNetwork(underlay, right);
    private final UdpBatchSocket sender = leftHost.openUdp(left, 0, OPTIONS);
    private final UdpBatchSocket receiver = rightHost.openUdp(right, 4341, OPTIONS);
    private final NativeMemory memory = NativeMemory.allocate(1 << 20);
    private final UnsafeBuffer buffer = memory.buffer();

    @Test
    void shouldCarryDatagramWithTtlAndTrafficClass() {
        buffer.putLong(0, 42);
        send(8, 0);
        receiver.addBuffer(memory.address() + 65536, 2000);

        assertThat(receiver.receive()).isEqualTo(1);
        assertThat(receiver.receivedLength(0)).isEqualTo(8);
        assertThat(buffer.getLong(65536)).isEqualTo(42);
        assertThat(receiver.receivedHopLimit(0)).isEqualTo(17);
        assertThat(receiver.receivedTrafficClass(0)).isEqualTo(0xb8);
        assertThat(receiver.receivedSourcePort(0)).isEqualTo(sender.localPort());
        assertThat(receiver.receivedSource(0)).isEqualTo(AddressBits.high(left));
        assertThat(receiver.receivedSourceLow(0)).isEqualTo(AddressBits.low(left));
    }

    @Test
    void shouldSplitSuperPacketOnTheWireAndCoalesceItAgain() {
        List<Integer> onTheWire = new ArrayList<>();
        underlay.tap(datagram -> onTheWire.add(datagram.length()));
        send(2500, 1000);
        receiver.addBuffer(memory.address() + 65536, 65536);

        assertThat(onTheWire).containsExactly(1000, 1000, 500);
        assertThat(receiver.receive()).isEqualTo(1);
        assertThat(receiver.receivedLength(0)).isEqualTo(2500);
        assertThat(receiver.receivedSegmentSize(0)).isEqualTo(1000);
    }

    @Test
    void shouldGiveSegmentationUpWhenTheNetworkRefusesIt() {
        leftHost.refuseSegmentation();
        send(2500, 1000);

        assertThat(sender.segmentation()).isFalse();
        assertThat(underlay.delivered()).isEqualTo(3);
    }

    @Test
    void shouldRefuseWhatExceedsTheMtuAndGoOn() {
        underlay.mtu(1500);
        sender.offer(memory.address(), 1453, AddressBits.high(right), AddressBits.low(right), 4341, 64, 0, 0);
        sender.offer(memory.address(), 1452, AddressBits.high(right), AddressBits.low(right), 4341, 64, 0, 0);

        assertThat(sender.flush()).isEqualTo(1);
        assertThat(sender.lastErrors()).isEqualTo(1);
        assertThat(sender.lastErrno()).isEqualTo(Errno.EMSGSIZE);
    }

    @Test
    void shouldLoseWhatTheRulesSay() {
        underlay.blackHole(right);
        send(8, 0);
        assertThat(underlay.lost()).isEqualTo(1);

        underlay.healBlackHole(right);
        underlay.loseIf(datagram -> datagram.length() == 9);
        send(9, 0);
        send(8, 0);
        assertThat(underlay.lost()).isEqualTo(2);
        assertThat(underlay.delivered()).isEqualTo(1);
    }

    @Test
    void shouldPassPacketsBetweenHostAndRouter() {
        TunDevice device = leftHost.openTun("lisp0", 1, TunOffloads.NONE).get(0);
        FakeTun host = leftHost.tun("lisp0");
        host.fromHost(new byte[] {1, 2, 3});

        assertThat(device.read(memory.address(), 100)).isEqualTo(VnetHeader.LENGTH + 3);
        assertThat(device.read(memory.address(), 100)).isZero();
        assertThat(device.write(memory.address(), VnetHeader.LENGTH + 3)).isEqualTo(VnetHeader.LENGTH + 3);
        assertThat(host.delivered().orElseThrow().packet()).containsExactly(1, 2, 3);
        assertThat(host.delivered()).isEmpty();
    }

    @Test
    void shouldWakeThePollerForAPacketAndForAWakeUp() throws InterruptedException {
        Poller poller = rightHost.poller(List.of(receiver));
        assertThat(poller.await(0)).isFalse();

        Thread sending = Thread.ofPlatform().start(() -> send(8, 0));
        assertThat(poller.await(-1)).isTrue();
        sending.join();
        receiver.addBuffer(memory.address() + 65536, 2000);
        assertThat(receiver.receive()).isEqualTo(1);

        poller.wakeUp();
        assertThat(poller.await(-1)).isTrue();
        assertThat(poller.await(0)).isFalse();
    }

    @Test
    void shouldKeepManyPacketsInOrderWhileTheQueueWrapsAround() {
        receiver.addBuffer(memory.address() + 65536, 40000);
        for (int i = 0; i < 1000; i++) {
            buffer.putInt(0, i);
            send(30000 + i, 0);
            assertThat(receiver.receive()).isEqualTo(1);
            assertThat(buffer.getInt(65536)).isEqualTo(i);
            assertThat(receiver.receivedLength(0)).isEqualTo(30000 + i);
        }
    }

    @Test
    void shouldRefuseForeignAddressesAndTakenPorts() {
        assertThatThrownBy(() -> leftHost.openUdp(right, 4341, OPTIONS)).isInstanceOf(LinuxException.class);
        assertThatThrownBy(() -> rightHost.openUdp(right, 4341, OPTIONS)).isInstanceOf(LinuxException.class);
    }

    @Test
    void shouldTellLinkEventsAndFindSources() throws Exception {
        FakeNetlink netlink = leftHost.netlink();
        List<Netlink.LinkEvent> events = new ArrayList<>();
        try (AutoCloseable monitor = netlink.monitorLinks(events::add)) {
            assertThat(monitor).isNotNull();
            Netlink.Link link = netlink.addLink("eth1", (byte) 2, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 7);
            netlink.deleteLink(link.index());
        }
        assertThat(events).extracting(Netlink.LinkEvent::removed).containsExactly(false, true);
        assertThat(netlink.sourceFor(right)).isEqualTo(Optional.of(left));
    }

    private void send(int length, int segmentSize) {
        sender.offer(
                memory.address(), length, AddressBits.high(right), AddressBits.low(right), 4341, 17, 0xb8, segmentSize);
        sender.flush();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
