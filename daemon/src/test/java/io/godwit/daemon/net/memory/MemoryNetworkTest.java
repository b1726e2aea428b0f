package io.godwit.daemon.net.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest {
    private static final IpAddress A = IpAddress.parse("192.0.2.1");
    private static final IpAddress B = IpAddress.parse("192.0.2.2");
    private static final IpAddress B6 = IpAddress.parse("2001:db8::2");

    private final VirtualTimers timers = new VirtualTimers();
    private final MemoryNetwork network = new MemoryNetwork(timers);
    private final ControlTransport a = network.open(A);
    private final ControlTransport b = network.open(B6, B);
    private final List<String> received = new ArrayList<>();

    @BeforeEach
    void listen() {
        b.handler((buffer, offset, length, local, remote) -> {
            byte[] octets = new byte[length];
            buffer.getBytes(offset, octets);
            received.add(new String(octets, StandardCharsets.US_ASCII) + " to " + local + " from " + remote);
        });
    }

    private void send(String text) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        a.send(new UnsafeBuffer(octets), 0, octets.length, new Endpoint(B, 4342));
    }

    private static boolean is(Datagram datagram, String text) {
        return new String(datagram.payload(), StandardCharsets.US_ASCII).equals(text);
    }

    @Test
    void shouldDeliverInOrderOnceTheTimersRun() {
        send("1");
        send("2");
        assertThat(received).isEmpty();
        timers.run();
        assertThat(received)
                .containsExactly("1 to 192.0.2.2 from 192.0.2.1:4342", "2 to 192.0.2.2 from 192.0.2.1:4342");
        assertThat(b.localAddresses()).containsExactly(B, B6);
    }

    @Test
    void shouldDropDuplicateAndDelayByRule() {
        network.drop(datagram -> is(datagram, "1"));
        network.duplicate(datagram -> is(datagram, "2"));
        network.delay(datagram -> is(datagram, "3"), Duration.ofMillis(10));
        List.of("1", "2", "3", "4").forEach(this::send);
        timers.advance(Duration.ofMillis(9));
        assertThat(received).extracting(line -> line.substring(0, 1)).containsExactly("2", "2", "4");
        timers.advance(Duration.ofMillis(1));
        assertThat(received).extracting(line -> line.substring(0, 1)).containsExactly("2", "2", "4", "3");
        assertThat(network.lost()).isEqualTo(1);
        assertThat(network.sent()).hasSize(4);
    }

    @Test
    void shouldCountWhatHasNoSocketOfTheFamily() {
        a.send(new UnsafeBuffer(new byte[1]), 0, 1, new Endpoint(B6, 4342));
        assertThat(a.counters()).containsEntry("sendNoSocket", 1L).containsEntry("sent", 0L);
    }

    @Test
    void shouldLoseWhatComesForAClosedTransport() {
        b.close();
        send("1");
        timers.run();
        assertThat(received).isEmpty();
        assertThat(network.lost()).isEqualTo(1);
    }
}
