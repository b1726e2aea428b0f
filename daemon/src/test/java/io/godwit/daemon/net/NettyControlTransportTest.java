package io.godwit.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.StartException;
import io.godwit.packet.address.IpAddress;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class NettyControlTransportTest {
    private static final IpAddress V4 = IpAddress.parse("127.0.0.1");
    private static final IpAddress V6 = IpAddress.parse("::1");

    private static final String BEGIN = "begin";
    private static final String DATAGRAM = "datagram";
    private static final String END = "end";

    private record Received(String text, IpAddress local, Endpoint remote, Thread thread) {}

    private final ControlThread thread = new ControlThread("control");
    private final BlockingQueue<Received> received = new ArrayBlockingQueue<>(1000);

    @AfterEach
    void close() {
        thread.close();
    }

    private NettyControlTransport open(int port, IpAddress... addresses) {
        NettyControlTransport transport = NettyControlTransport.open(thread.loop(), List.of(addresses), port);
        transport.handler((buffer, offset, length, local, remote) -> {
            byte[] octets = new byte[length];
            buffer.getBytes(offset, octets);
            received.add(
                    new Received(new String(octets, StandardCharsets.US_ASCII), local, remote, Thread.currentThread()));
        });
        return transport;
    }

    private static UnsafeBuffer octets(String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void send(NettyControlTransport from, String text, Endpoint to) {
        thread.loop().execute(() -> from.send(octets(text), 0, text.length(), to));
    }

    private Received next() throws InterruptedException {
        Received next = received.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("a datagram within 10 s").isNotNull();
        return Objects.requireNonNull(next);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "::1"})
    void shouldDeliverADatagramWithBothItsEndpoints(String address) throws InterruptedException {
        NettyControlTransport client = open(0, V6, V4);
        NettyControlTransport server = open(0, V4, V6);
        IpAddress ip = IpAddress.parse(address);

        send(client, "hello", new Endpoint(ip, server.localPort()));

        Received datagram = next();
        assertThat(datagram.text()).isEqualTo("hello");
        assertThat(datagram.local()).isEqualTo(ip);
        assertThat(datagram.remote()).isEqualTo(new Endpoint(ip, client.localPort()));
        assertThat(datagram.thread().getName()).startsWith("control");
        assertThat(client.localAddresses()).containsExactly(V4, V6);
    }

    @Test
    void shouldKeepTheOrderAndBoundariesOfABurst() throws Exception {
        NettyControlTransport client = open(0, V4);
        NettyControlTransport server = open(0, V4);
        Endpoint to = new Endpoint(V4, server.localPort());
        sendAtOnce(client, 0, 200, to);
        for (int i = 0; i < 200; i++) {
            assertThat(next().text()).isEqualTo("datagram " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "::1"})
    void shouldLetAnotherThreadSendWhatIsForVeryManyAndLetNothingOvertakeIt(String address) throws Exception {
        IpAddress ip = IpAddress.parse(address);
        NettyControlTransport server = open(0, ip);
        NettyControlTransport client = fanningOut(ip);
        Endpoint to = new Endpoint(ip, server.localPort());
        CountDownLatch held = hold(thread.sending());

        sendAtOnce(client, 0, 150, to);
        sendAtOnce(client, 150, 151, to);
        for (int i = 0; i < 32; i++) {
            assertThat(next().text()).isEqualTo("datagram " + i);
        }
        assertThat(counters(client)).containsEntry("sent", 32L);
        assertThat(received).as("those that wait for the other thread").isEmpty();

        held.countDown();
        for (int i = 32; i < 151; i++) {
            assertThat(next().text()).isEqualTo("datagram " + i);
        }
        thread.sending().submit(() -> {}).get();
        assertThat(counters(client)).containsEntry("sent", 151L);
        sendAtOnce(client, 151, 152, to);
        assertThat(next().text()).isEqualTo("datagram 151");
        client.close();
    }

    @Test
    void shouldCountWhatTheOtherThreadHasNoRoomFor() throws Exception {
        NettyControlTransport client = fanningOut(V4);
        CountDownLatch held = hold(thread.sending());
        int room = 32 + 256 * 32;
        sendAtOnce(client, 0, room + 100, new Endpoint(V4, client.localPort()));
        assertThat(counters(client)).containsEntry("sent", 32L).containsEntry("sendQueueFull", 100L);
        held.countDown();
        thread.sending().submit(() -> {}).get();
        assertThat(counters(client)).containsEntry("sent", (long) room);
        client.close();
    }

    private NettyControlTransport fanningOut(IpAddress address) {
        return NettyControlTransport.open(thread.loop(), Optional.of(thread.sending()), List.of(address), 0);
    }

    private static CountDownLatch hold(EventLoop loop) {
        CountDownLatch held = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return held;
    }

    /** In one turn of the control thread. */
    private void sendAtOnce(NettyControlTransport from, int first, int end, Endpoint to) throws Exception {
        thread.loop()
                .submit(() -> {
                    for (int i = first; i < end; i++) {
                        String text = "datagram " + i;
                        from.send(octets(text), 0, text.length(), to);
                    }
                })
                .get();
    }

    private Map<String, Long> counters(NettyControlTransport transport) throws Exception {
        return thread.loop().submit(transport::counters).get();
    }

    @Test
    void shouldTellWhatWasReceivedTogether() throws Exception {
        BlockingQueue<String> heard = new ArrayBlockingQueue<>(1000);
        NettyControlTransport server = open(0, V4);
        server.handler(new ControlTransport.Handler() {
            @Override
            public void onDatagram(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
                heard.add(DATAGRAM);
            }

            @Override
            public void onBurst() {
                heard.add(BEGIN);
            }

            @Override
            public void onBurstEnd() {
                heard.add(END);
            }
        });
        NettyControlTransport client = open(0, V4);
        Endpoint to = new Endpoint(V4, server.localPort());
        for (int i = 0; i < 50; i++) {
            send(client, "datagram", to);
        }
        int datagrams = 0;
        String before = END;
        while (datagrams < 50 || !before.equals(END)) {
            String now = Objects.requireNonNull(heard.poll(60, TimeUnit.SECONDS), "something within a minute");
            assertThat(now.equals(BEGIN)).isEqualTo(before.equals(END));
            assertThat(before + now).as("an empty burst").isNotEqualTo(BEGIN + END);
            datagrams += now.equals(DATAGRAM) ? 1 : 0;
            before = now;
        }
        assertThat(datagrams).isEqualTo(50);
    }

    @Test
    void shouldCarryTheLongestDatagram() throws InterruptedException {
        NettyControlTransport server = open(0, V4);
        String text = "x".repeat(65_507);
        send(open(0, V4), text, new Endpoint(V4, server.localPort()));
        assertThat(next().text()).isEqualTo(text);
    }

    @Test
    void shouldTellTheLocalAddressOfADatagramToAWildcardSocket() throws InterruptedException {
        NettyControlTransport server = open(0, IpAddress.parse("0.0.0.0"));
        send(open(0, V4), "to 127.0.0.5", new Endpoint(IpAddress.parse("127.0.0.5"), server.localPort()));
        assertThat(next().local()).isEqualTo(IpAddress.parse("127.0.0.5"));
    }

    @Test
    void shouldCountAndNotThrowWhatItCannotSend() throws Exception {
        NettyControlTransport client = open(0, V4);
        thread.loop()
                .submit(() -> {
                    client.send(octets("x"), 0, 1, new Endpoint(V6, 9));
                    client.send(octets("x"), 0, 1, V6, new Endpoint(V6, 9));
                    client.send(octets("x"), 0, 1, V4, new Endpoint(V6, 9));
                    client.send(octets("x"), 0, 1, new Endpoint(IpAddress.parse("255.255.255.255"), 9));
                })
                .get();
        // The flush was queued before this.
        Map<String, Long> counters = thread.loop().submit(client::counters).get();
        assertThat(counters).containsEntry("sendNoSocket", 3L).containsEntry("sendFailed", 1L);
    }

    @Test
    void shouldGoOnAfterAHandlerThatThrows() throws Exception {
        NettyControlTransport server = open(0, V4);
        server.handler((buffer, offset, length, local, remote) -> {
            if (length == 3) {
                throw new IllegalStateException("a mistake");
            }
            received.add(new Received("ok", local, remote, Thread.currentThread()));
        });
        NettyControlTransport client = open(0, V4);
        Endpoint to = new Endpoint(V4, server.localPort());
        send(client, "bad", to);
        send(client, "good", to);
        assertThat(next().text()).isEqualTo("ok");
        assertThat(thread.loop().submit(server::counters).get())
                .containsEntry("handlerFailed", 1L)
                .containsEntry("received", 2L);
    }

    @Test
    void shouldNameThePortThatIsTaken() {
        NettyControlTransport first = open(0, V4);
        assertThatThrownBy(() -> open(first.localPort(), V6, V4))
                .isInstanceOf(StartException.class)
                .hasMessage("UDP port " + first.localPort() + " on 127.0.0.1 is taken by another process: stop it"
                        + " (ss -ulpn shows it) or listen on another address");
    }

    @Test
    void shouldNameAnAddressThatIsNotHere() {
        assertThatThrownBy(() -> open(0, IpAddress.parse("192.0.2.1")))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("192.0.2.1 is not an address of this machine");
    }
}
