package io.godwit.linux;

import static io.godwit.linux.TestNamespace.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.ffi.Flags;
import io.godwit.linux.ffi.Native;
import io.godwit.linux.ffi.NativeBuffer;
import io.godwit.testing.NamespaceTest;
import java.net.InetAddress;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class LinuxUdpTest {
    private static final UdpOptions PLAIN = new UdpOptions(false, true, true, false, false, 1 << 20);
    private static final UdpOptions OFFLOADED = new UdpOptions(false, true, true, true, true, 1 << 20);
    private static final UdpOptions ZERO_CHECKSUM = new UdpOptions(true, true, true, true, false, 1 << 20);
    private static final int RECEIVED = 1 << 17;

    private final Network network = new LinuxNetwork();
    private final NativeMemory memory = NativeMemory.allocate(8 << 20);
    private final UnsafeBuffer buffer = memory.buffer();

    @AfterEach
    void free() {
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldCarryBatchWithHopLimitAndTrafficClass(String local) {
        try (UdpBatchSocket sender = network.openUdp(address(local), 0, PLAIN);
                UdpBatchSocket receiver = network.openUdp(address(local), 0, PLAIN)) {
            for (int i = 0; i < UdpBatchSocket.BATCH; i++) {
                buffer.putInt(i * 100, i);
                assertThat(offer(sender, receiver, memory.address() + i * 100L, 50 + i, 0, i + 1))
                        .isTrue();
            }
            assertThat(offer(sender, receiver, memory.address(), 50, 0, 1)).isFalse();
            assertThat(sender.flush()).isEqualTo(UdpBatchSocket.BATCH);
            assertThat(sender.lastErrors()).isZero();

            assertThat(receive(receiver, UdpBatchSocket.BATCH, 2048)).isEqualTo(UdpBatchSocket.BATCH);
            for (int i = 0; i < UdpBatchSocket.BATCH; i++) {
                assertThat(buffer.getInt(RECEIVED + i * 2048)).isEqualTo(i);
                assertThat(receiver.receivedLength(i)).isEqualTo(50 + i);
                assertThat(receiver.receivedHopLimit(i)).isEqualTo(i + 1);
                assertThat(receiver.receivedTrafficClass(i)).isEqualTo(0xb9);
                assertThat(receiver.receivedSegmentSize(i)).isZero();
                assertThat(receiver.receivedTruncated(i)).isFalse();
                assertThat(receiver.receivedSourcePort(i)).isEqualTo(sender.localPort());
                assertThat(receiver.receivedSource(i)).isEqualTo(AddressBits.high(address(local)));
                assertThat(receiver.receivedSourceLow(i)).isEqualTo(AddressBits.low(address(local)));
            }
            assertThat(receiver.receive()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldSendAndReceiveSuperPackets(String local) {
        try (UdpBatchSocket sender = network.openUdp(address(local), 0, OFFLOADED);
                UdpBatchSocket receiver = network.openUdp(address(local), 0, OFFLOADED)) {
            assertThat(sender.segmentation()).isTrue();
            assertThat(receiver.coalescing()).isTrue();
            offer(sender, receiver, memory.address(), 4500, 1000, 64);
            assertThat(sender.flush()).isEqualTo(1);

            assertThat(receive(receiver, 4, 65536)).isEqualTo(1);
            assertThat(receiver.receivedLength(0)).isEqualTo(4500);
            assertThat(receiver.receivedSegmentSize(0)).isEqualTo(1000);
        }
    }

    @Test
    void shouldGiveSegmentationUpWhenTheKernelRefusesItAndLoseNothing() {
        InetAddress local = address("127.0.0.1");
        try (UdpBatchSocket sender = network.openUdp(local, 0, OFFLOADED);
                UdpBatchSocket receiver = network.openUdp(local, 0, PLAIN)) {
            setNoCheck(sender.fd());
            offer(sender, receiver, memory.address(), 2010, 1000, 64);
            offer(sender, receiver, memory.address(), 700, 0, 64);
            assertThat(sender.flush()).isEqualTo(2);
            assertThat(sender.segmentation()).isFalse();

            offer(sender, receiver, memory.address(), 250, 100, 64);
            assertThat(sender.flush()).isEqualTo(1);
            assertThat(receive(receiver, 64, 2048)).isEqualTo(3 + 1 + 3);
            assertThat(receiver.receivedLength(2)).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldSendFromEachSocketWhatWasOfferedToItThoughTheyShareTheirMemory(String local) {
        List<UdpBatchSocket> senders = network.openSenders(address(local), 3, OFFLOADED);
        try (UdpBatchSocket receiver = network.openUdp(address(local), 0, PLAIN)) {
            for (int round = 0; round < 2; round++) {
                for (UdpBatchSocket sender : senders) {
                    // What one leaves behind - a super-packet, joined datagrams - must not show in what the next one
                    // sends.
                    offer(sender, receiver, memory.address(), 300, 100, 64);
                    offer(sender, receiver, memory.address(), 80, 0, 7);
                    offer(sender, receiver, memory.address(), 80, 0, 7);
                    assertThat(sender.flush()).isEqualTo(3);
                    offer(sender, receiver, memory.address(), 40, 0, 9);
                    offer(sender, receiver, memory.address(), 50, 0, 9);
                    assertThat(sender.flush()).isEqualTo(2);
                    assertThat(receive(receiver, 64, 2048)).isEqualTo(3 + 2 + 2);
                    int[] lengths = {100, 100, 100, 80, 80, 40, 50};
                    int[] hops = {64, 64, 64, 7, 7, 9, 9};
                    for (int i = 0; i < lengths.length; i++) {
                        assertThat(receiver.receivedLength(i)).isEqualTo(lengths[i]);
                        assertThat(receiver.receivedHopLimit(i)).isEqualTo(hops[i]);
                        assertThat(receiver.receivedSourcePort(i)).isEqualTo(sender.localPort());
                    }
                }
            }
        } finally {
            senders.forEach(UdpBatchSocket::close);
        }
    }

    /** SO_NO_CHECK: UDP_SEGMENT is EINVAL on such a socket. */
    static void setNoCheck(int fd) {
        try (NativeBuffer one = NativeBuffer.allocate(4)) {
            one.putInt(0, 1);
            assertThat(Native.C.setsockopt(fd, Flags.SOL_SOCKET, 11, one.address(), 4))
                    .isZero();
        }
    }

    @Test
    void shouldSplitBySelfWhatHasMoreSegmentsThanTheKernelTakes() {
        InetAddress local = address("127.0.0.1");
        try (UdpBatchSocket sender = network.openUdp(local, 0, OFFLOADED);
                UdpBatchSocket receiver = network.openUdp(local, 0, PLAIN)) {
            buffer.putInt(2010, 4711);
            offer(sender, receiver, memory.address(), 2014, 10, 64);
            assertThat(sender.flush()).isEqualTo(1);
            assertThat(sender.segmentation()).isTrue();

            assertThat(receive(receiver, 64, 64) + receive(receiver, 64, 64) + receive(receiver, 64, 64))
                    .isEqualTo(192);
            assertThat(receive(receiver, 64, 64)).isEqualTo(202 - 192);
            assertThat(receiver.receivedLength(9)).isEqualTo(4);
            assertThat(buffer.getInt(RECEIVED + 9 * 64)).isEqualTo(4711);
        }
    }

    @Test
    @NamespaceTest
    void shouldCountWhatFindsNoRoomInsteadOfWaitingForEver() throws Exception {
        UdpOptions small = new UdpOptions(false, true, true, false, false, 4096);
        try (TestNamespace host = new TestNamespace()) {
            // A queue that lets out nearly nothing holds the socket's memory.
            host.ip("link add veth0 type veth peer name veth1");
            host.ip("link set veth1 up");
            host.ip("link set veth0 up");
            host.ip("addr add 10.1.0.1/24 dev veth0");
            host.ip("neigh add 10.1.0.2 lladdr 02:00:00:00:00:01 dev veth0");
            host.exec("tc qdisc add dev veth0 root tbf rate 8kbit burst 1600 limit 1000000");
            InetAddress to = address("10.1.0.2");
            try (UdpBatchSocket sender = host.namespace().call(() -> network.openUdp(address("10.1.0.1"), 0, small))) {
                for (int i = 0; i < UdpBatchSocket.BATCH; i++) {
                    sender.offer(memory.address(), 1400, 0, AddressBits.low(to), 4341, 64, 0, 0);
                }
                int sent = sender.flush();
                assertThat(sent).isLessThan(UdpBatchSocket.BATCH);
                assertThat(sender.lastErrors()).isEqualTo(UdpBatchSocket.BATCH - sent);
                assertThat(sender.lastErrno()).isEqualTo(Errno.EAGAIN);
            }
        }
    }

    @Test
    void shouldExchangeZeroChecksumsOverIpv6() {
        InetAddress local = address("::1");
        UdpOptions strict = new UdpOptions(false, false, true, false, false, 1 << 20);
        try (UdpBatchSocket sender = network.openUdp(local, 0, ZERO_CHECKSUM);
                UdpBatchSocket tolerant = network.openUdp(local, 0, PLAIN);
                UdpBatchSocket intolerant = network.openUdp(local, 0, strict)) {
            assertThat(sender.segmentation()).isFalse();
            offer(sender, tolerant, memory.address(), 100, 0, 64);
            offer(sender, intolerant, memory.address(), 100, 0, 64);
            assertThat(sender.flush()).isEqualTo(2);

            assertThat(receive(tolerant, 1, 2048)).isEqualTo(1);
            assertThat(receive(intolerant, 1, 2048)).isZero();
        }
    }

    @Test
    void shouldSkipTheRefusedEntryAndGoOn() {
        InetAddress local = address("127.0.0.1");
        try (UdpBatchSocket sender = network.openUdp(local, 0, PLAIN);
                UdpBatchSocket receiver = network.openUdp(local, 0, PLAIN)) {
            offer(sender, receiver, memory.address(), 10, 0, 64);
            offer(sender, receiver, memory.address(), 65508, 0, 64);
            offer(sender, receiver, memory.address(), 20, 0, 64);

            assertThat(sender.flush()).isEqualTo(2);
            assertThat(sender.lastErrors()).isEqualTo(1);
            assertThat(sender.lastErrno()).isEqualTo(Errno.EMSGSIZE);
            assertThat(receive(receiver, 4, 2048)).isEqualTo(2);
            assertThat(receiver.receivedLength(1)).isEqualTo(20);

            assertThat(sender.flush()).isZero();
            assertThat(sender.lastErrors()).isZero();
        }
    }

    @Test
    void shouldTellTruncation() {
        InetAddress local = address("127.0.0.1");
        try (UdpBatchSocket sender = network.openUdp(local, 0, PLAIN);
                UdpBatchSocket receiver = network.openUdp(local, 0, PLAIN)) {
            offer(sender, receiver, memory.address(), 300, 0, 64);
            sender.flush();
            assertThat(receive(receiver, 1, 100)).isEqualTo(1);
            assertThat(receiver.receivedTruncated(0)).isTrue();
        }
    }

    @Test
    @NamespaceTest
    void shouldReportWhatExceedsTheMtuOfTheRoute() throws Exception {
        try (TestNamespace host = new TestNamespace()) {
            host.ip("link add veth0 type veth peer name veth1");
            host.ip("link set veth1 up");
            host.ip("link set veth0 up");
            host.ip("addr add 10.1.0.1/24 dev veth0");
            host.ip("addr add 2001:db8:1::1/64 dev veth0 nodad");
            host.ip("neigh add 10.1.0.2 lladdr 02:00:00:00:00:01 dev veth0");
            host.ip("neigh add 2001:db8:1::2 lladdr 02:00:00:00:00:01 dev veth0");
            host.namespace().run(() -> {
                assertMtu("10.1.0.1", "10.1.0.2", 1472);
                assertMtu("2001:db8:1::1", "2001:db8:1::2", 1452);
            });
        }
    }

    private void assertMtu(String local, String remote, int largest) {
        InetAddress to = address(remote);
        try (UdpBatchSocket sender = network.openUdp(address(local), 0, PLAIN)) {
            for (int length : List.of(largest, largest + 1)) {
                sender.offer(memory.address(), length, AddressBits.high(to), AddressBits.low(to), 4341, 64, 0, 0);
            }
            assertThat(sender.flush()).isEqualTo(1);
            assertThat(sender.lastErrno()).isEqualTo(Errno.EMSGSIZE);
        }
    }

    @Test
    void shouldTellInOneSentenceWhyASocketCannotBe() {
        try (UdpBatchSocket taken = network.openUdp(address("127.0.0.1"), 0, PLAIN)) {
            assertThatThrownBy(() -> network.openUdp(address("127.0.0.1"), taken.localPort(), PLAIN))
                    .isInstanceOf(LinuxException.class)
                    .hasMessageContaining("UDP port " + taken.localPort() + " on 127.0.0.1 is taken");
        }
        assertThatThrownBy(() -> network.openUdp(address("192.0.2.1"), 4341, PLAIN))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("Address 192.0.2.1 is not on this host");
    }

    @Test
    void shouldWakeThePollerForADatagramAndForAWakeUp() throws InterruptedException {
        InetAddress local = address("127.0.0.1");
        try (UdpBatchSocket sender = network.openUdp(local, 0, PLAIN);
                UdpBatchSocket receiver = network.openUdp(local, 0, PLAIN);
                Poller poller = network.poller(List.of(sender, receiver))) {
            assertThat(poller.await(0)).isFalse();
            offer(sender, receiver, memory.address(), 10, 0, 64);
            sender.flush();
            assertThat(poller.await(-1)).isTrue();
            assertThat(poller.readable()).isEqualTo(1);
            assertThat(receive(receiver, 1, 2048)).isEqualTo(1);
            assertThat(poller.await(0)).isFalse();
            assertThat(poller.readable()).isEqualTo(-1);

            Thread waking = Thread.ofPlatform().start(poller::wakeUp);
            assertThat(poller.await(-1)).isTrue();
            assertThat(poller.readable()).isEqualTo(-1);
            waking.join();
            assertThat(poller.await(0)).isFalse();
        }
    }

    @Test
    void shouldTellOfWhatCameWhileItIgnoredTheSources() {
        InetAddress local = address("127.0.0.1");
        try (UdpBatchSocket sender = network.openUdp(local, 0, PLAIN);
                UdpBatchSocket receiver = network.openUdp(local, 0, PLAIN);
                Poller poller = network.poller(List.of(sender, receiver))) {
            for (int round = 0; round < 3; round++) {
                poller.ignore();
                poller.ignore();
                offer(sender, receiver, memory.address(), 10, 0, 64);
                sender.flush();
                assertThat(poller.await(-1)).isTrue();
                assertThat(poller.readable()).isEqualTo(1);
                assertThat(receive(receiver, 1, 2048)).isEqualTo(1);
            }
            assertThat(poller.await(0)).isFalse();
            offer(sender, receiver, memory.address(), 10, 0, 64);
            sender.flush();
            assertThat(poller.await(-1)).isTrue();
        }
    }

    @Test
    void shouldNotSleepForLongWhenASourceCannotBeWatchedAgain() {
        InetAddress local = address("127.0.0.1");
        UdpBatchSocket gone = network.openUdp(local, 0, PLAIN);
        try (UdpBatchSocket receiver = network.openUdp(local, 0, PLAIN);
                Poller poller = network.poller(List.of(gone, receiver))) {
            poller.ignore();
            gone.close();
            assertThat(poller.await(-1)).isFalse();
            assertThat(poller.await(-1)).isFalse();

            offer(receiver, receiver, memory.address(), 10, 0, 64);
            receiver.flush();
            assertThat(poller.await(-1)).isTrue();
            assertThat(poller.readable()).isEqualTo(1);
        }
    }

    private static boolean offer(
            UdpBatchSocket sender, UdpBatchSocket receiver, long payload, int length, int segmentSize, int hopLimit) {
        InetAddress to = receiver.localAddress();
        return sender.offer(
                payload,
                length,
                AddressBits.high(to),
                AddressBits.low(to),
                receiver.localPort(),
                hopLimit,
                0xb9,
                segmentSize);
    }

    /** Receives into {@code count} buffers of {@code capacity} from {@link #RECEIVED} on. */
    private int receive(UdpBatchSocket receiver, int count, int capacity) {
        receiver.clearBuffers();
        for (int i = 0; i < count; i++) {
            assertThat(receiver.addBuffer(memory.address() + RECEIVED + (long) i * capacity, capacity))
                    .isEqualTo(i);
        }
        return receiver.receive();
    }
}
