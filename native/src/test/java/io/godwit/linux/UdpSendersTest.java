package io.godwit.linux;

import static io.godwit.linux.TestNamespace.address;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class UdpSendersTest {
    private static final UdpOptions PLAIN = new UdpOptions(false, true, true, false, false, 1 << 20);
    private static final UdpOptions OFFLOADED = new UdpOptions(false, true, true, true, false, 1 << 20);
    private static final int RECEIVED = 1 << 17;
    private static final int CAPACITY = 2048;

    private final Network network = new LinuxNetwork();
    private final NativeMemory memory = NativeMemory.allocate(1 << 20);
    private final UnsafeBuffer buffer = memory.buffer();

    @AfterEach
    void close() {
        memory.close();
    }

    private boolean offer(UdpSenders senders, int socket, UdpBatchSocket to, int number, int length, int hopLimit) {
        int at = number * CAPACITY;
        buffer.putInt(at, number);
        InetAddress address = to.localAddress();
        return senders.offer(
                socket,
                memory.address() + at,
                length,
                AddressBits.high(address),
                AddressBits.low(address),
                to.localPort(),
                hopLimit,
                0xb9);
    }

    private static int flush(UdpSenders senders) {
        int sum = 0;
        for (int sent = senders.flushNext(); sent >= 0; sent = senders.flushNext()) {
            sum += sent;
        }
        return sum;
    }

    private int receive(UdpBatchSocket receiver) {
        receiver.clearBuffers();
        for (int i = 0; i < UdpBatchSocket.BATCH; i++) {
            receiver.addBuffer(memory.address() + RECEIVED + (long) i * CAPACITY, CAPACITY);
        }
        return receiver.receive();
    }

    private int number(int received) {
        return buffer.getInt(RECEIVED + received * CAPACITY);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, true", "::1, true", "127.0.0.1, false", "::1, false"})
    void shouldSendFromEachSocketWhatItWasOfferedInThatOrder(String local, boolean offloaded) {
        List<UdpBatchSocket> sockets = network.openSenders(address(local), 3, offloaded ? OFFLOADED : PLAIN);
        try (UdpSenders senders = UdpSenders.of(sockets);
                UdpBatchSocket first = network.openUdp(address(local), 0, PLAIN);
                UdpBatchSocket second = network.openUdp(address(local), 0, PLAIN)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 30; i++) {
                    // Some that share an envelope follow one another, shorter and longer ones among them.
                    int length = i % 7 == 0 ? 40 : i % 5 == 0 ? 120 : 80;
                    assertThat(offer(senders, i * 5 % 3, i % 4 == 3 ? second : first, i, length, i < 15 ? 7 : 9))
                            .isTrue();
                }
                assertThat(flush(senders)).isEqualTo(30);
                assertThat(receive(second)).isEqualTo(7);
                assertThat(receive(first)).isEqualTo(23);
                int[] last = {-1, -1, -1};
                for (int i = 0; i < 23; i++) {
                    int number = number(i);
                    int socket = number * 5 % 3;
                    assertThat(number % 4).isNotEqualTo(3);
                    assertThat(number).isGreaterThan(last[socket]);
                    last[socket] = number;
                    assertThat(first.receivedSourcePort(i))
                            .isEqualTo(sockets.get(socket).localPort());
                    assertThat(first.receivedLength(i)).isEqualTo(number % 7 == 0 ? 40 : number % 5 == 0 ? 120 : 80);
                    assertThat(first.receivedHopLimit(i)).isEqualTo(number < 15 ? 7 : 9);
                    assertThat(first.receivedTrafficClass(i)).isEqualTo(0xb9);
                }
            }
        } finally {
            sockets.forEach(UdpBatchSocket::close);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldTakeABatchAndRefuseMoreUntilItIsSent(String local) {
        List<UdpBatchSocket> sockets = network.openSenders(address(local), 2, OFFLOADED);
        try (UdpSenders senders = UdpSenders.of(sockets);
                UdpBatchSocket receiver = network.openUdp(address(local), 0, PLAIN)) {
            for (int i = 0; i < UdpBatchSocket.BATCH; i++) {
                assertThat(offer(senders, 1, receiver, i % 8, 60, 64)).isTrue();
            }
            assertThat(offer(senders, 1, receiver, 0, 60, 64)).isFalse();
            assertThat(flush(senders)).isEqualTo(UdpBatchSocket.BATCH);
            assertThat(offer(senders, 0, receiver, 0, 60, 64)).isTrue();
            assertThat(flush(senders)).isEqualTo(1);
            assertThat(receive(receiver)).isEqualTo(UdpBatchSocket.BATCH);
        } finally {
            sockets.forEach(UdpBatchSocket::close);
        }
    }

    @Test
    void shouldCountWhatIsRefusedBySocketAndSendTheRest() {
        List<UdpBatchSocket> sockets = network.openSenders(address("127.0.0.1"), 2, OFFLOADED);
        try (UdpSenders senders = UdpSenders.of(sockets);
                UdpBatchSocket receiver = network.openUdp(address("127.0.0.1"), 0, PLAIN)) {
            offer(senders, 0, receiver, 0, 100, 64);
            offer(senders, 0, receiver, 1, 70_000, 64);
            offer(senders, 0, receiver, 2, 100, 64);
            offer(senders, 1, receiver, 3, 100, 64);
            assertThat(senders.flushNext()).isEqualTo(2);
            assertThat(senders.lastErrors()).isEqualTo(1);
            assertThat(senders.lastErrno()).isEqualTo(Errno.EMSGSIZE);
            assertThat(senders.flushNext()).isEqualTo(1);
            assertThat(senders.lastErrors()).isZero();
            assertThat(senders.flushNext()).isEqualTo(-1);
            assertThat(receive(receiver)).isEqualTo(3);
        } finally {
            sockets.forEach(UdpBatchSocket::close);
        }
    }

    @Test
    void shouldSendOneByOneAndGiveSegmentationUpWhenTheKernelRefusesIt() {
        List<UdpBatchSocket> sockets = network.openSenders(address("127.0.0.1"), 1, OFFLOADED);
        try (UdpSenders senders = UdpSenders.of(sockets);
                UdpBatchSocket receiver = network.openUdp(address("127.0.0.1"), 0, PLAIN)) {
            LinuxUdpTest.setNoCheck(sockets.getFirst().fd());
            for (int i = 0; i < 5; i++) {
                offer(senders, 0, receiver, i, i < 4 ? 100 : 50, 64);
            }
            assertThat(flush(senders)).isEqualTo(5);
            assertThat(senders.lastErrors()).isZero();
            assertThat(sockets.getFirst().segmentation()).isFalse();
            assertThat(receive(receiver)).isEqualTo(5);
            assertThat(number(4)).isEqualTo(4);
            assertThat(receiver.receivedLength(4)).isEqualTo(50);
        } finally {
            sockets.forEach(UdpBatchSocket::close);
        }
    }
}
