package io.godwit.mapresolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapresolver.discovery.Directory;
import io.godwit.mapresolver.discovery.Discovered;
import io.godwit.mapresolver.discovery.MapServers;
import io.godwit.mapresolver.discovery.ServiceLookup;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.SharedExtension;
import io.godwit.testing.Conformance;
import io.godwit.testing.Mutations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapResolverTest {
    private static final Endpoint RESOLVER = at("192.0.2.200");
    private static final Endpoint FIRST = at("192.0.2.101");
    private static final Endpoint SECOND = at("192.0.2.102");
    private static final Endpoint V6_ONLY = at("2001:db8::103");
    private static final IpAddress ITR = IpAddress.parse("192.0.2.50");
    private static final int ITR_PORT = 50_123;

    private final VirtualTimers timers = new VirtualTimers();
    private final MemoryNetwork network = new MemoryNetwork(timers);
    private final Directory directory = new Directory();
    private final Counters<Counter> counters = new Counters<>(Counter.class);
    private final ControlTransport itr = network.open(ITR_PORT, ITR);
    private final List<ControlMessage> replies = new ArrayList<>();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1500]);
    private long nonce;

    MapResolverTest() {
        new MapResolver(directory, network.open(RESOLVER.address()), timers, counters).start();
        itr.handler((data, offset, length, local, remote) -> replies.add(ControlCodec.decode(data, offset, length)));
    }

    @Test
    @Conformance("C183")
    void shouldForwardEveryRequestWithTheInnerPacketUntouched() {
        directory.add(new MapServers.Fixed(FIRST), List.of());
        ask("10.0.0.5");
        timers.advance(Duration.ofMinutes(5));
        ask("10.0.0.5");
        assertThat(to(FIRST)).hasSize(2);
        byte[] sent = network.sent().getFirst().payload();
        byte[] forwarded = to(FIRST).getFirst();
        EncapsulatedControlMessage ecm =
                (EncapsulatedControlMessage) ControlCodec.decode(new UnsafeBuffer(sent), 0, sent.length);
        assertThat(Arrays.copyOfRange(forwarded, 4, forwarded.length))
                .isEqualTo(Arrays.copyOfRange(sent, ecm.innerOffset(), sent.length));
        assertThat(Arrays.copyOf(forwarded, 4)).containsExactly(0x80, 0, 0, 0);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    @Conformance("C092")
    void shouldSurviveFuzzedPackets() {
        int packets = 200_000;
        directory.add(new MapServers.Fixed(FIRST), prefixes("10.0.0.0/24"));
        Mutations garbage =
                new Mutations(92, List.of(encoded(encapsulated("10.0.0.5")), encoded(encapsulated("11.0.0.5"))));
        for (int i = 0; i < packets; i++) {
            byte[] datagram = garbage.next();
            itr.send(new UnsafeBuffer(datagram), 0, datagram.length, RESOLVER);
            if (i % 1_000 == 0) {
                timers.advance(Duration.ofMillis(10));
                network.forget();
                replies.clear();
            }
        }
        timers.advance(Duration.ofMinutes(1));
        long sent = counters.get(Counter.MAP_REQUESTS_FORWARDED) + counters.get(Counter.MAP_REPLIES_NEGATIVE);
        assertThat(sent).isPositive().isLessThan(packets);
        replies.clear();
        ask("11.0.0.5");
        assertThat(replies).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5, 192.0.2.101",
        "10.0.1.5, 192.0.2.102", // the more specific of two
        "[7]10.0.1.5, 192.0.2.101",
        "2001:db8::1, 192.0.2.102"
    })
    void shouldAskTheMapServerThatServesTheEid(String eid, String server) {
        directory.add(new MapServers.Fixed(FIRST), prefixes("10.0.0.0/16", "[7]10.0.0.0/16"));
        directory.add(new MapServers.Fixed(SECOND), prefixes("10.0.1.0/24"));
        directory.add(new MapServers.Fixed(SECOND), List.of());
        ask(eid);
        assertThat(to(at(server))).hasSize(1);
        assertThat(counters.get(Counter.MAP_REQUESTS_FORWARDED)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.5, 10.1.0.0/16",
        "11.0.0.1, 11.0.0.0/8",
        "[3]10.0.0.5, [3]0.0.0.0/0",
        "2001:db8::1, ::/0",
        "10.0.2.1, 10.0.2.0/23"
    })
    @Conformance({"C181", "C182"})
    void shouldAnswerAtOnceWhatNoMapServerServes(String eid, String hole) {
        directory.add(new MapServers.Fixed(FIRST), prefixes("10.0.0.0/24"));
        directory.add(new MapServers.Fixed(SECOND), prefixes("10.0.1.0/24"));
        ask(eid);
        assertThat(replies).singleElement().isInstanceOfSatisfying(MapReply.class, reply -> {
            EidRecord record = reply.records().getFirst();
            assertThat(reply.nonce()).isEqualTo(nonce);
            assertThat(record.eid() + "/" + record.maskLength())
                    .isEqualTo(eid.startsWith("10.1.") ? "10.1.0.0/16" : hole);
            assertThat(record.action()).isEqualTo(Action.NATIVELY_FORWARD);
            assertThat(record.ttlMinutes()).isEqualTo(15);
            assertThat(record.locators()).isEmpty();
            assertThat(record.authoritative()).isFalse();
        });
        assertThat(counters.get(Counter.MAP_REQUESTS_FORWARDED)).isZero();
    }

    @Test
    void shouldAskTheNextMapServerWhenTheItrAsksAgain() {
        directory.add(new MapServers.Fixed(FIRST), List.of());
        directory.add(new MapServers.Fixed(SECOND), List.of());
        ask("10.0.0.5");
        assertThat(to(SECOND)).isEmpty();
        timers.advance(Duration.ofSeconds(2));
        ask("10.0.0.5");
        assertThat(to(SECOND)).hasSize(1);
        ask("10.0.0.6");
        timers.advance(Duration.ofSeconds(2));
        ask("10.0.0.5");
        assertThat(to(FIRST)).hasSize(3);
        timers.advance(Duration.ofMinutes(1));
        ask("10.0.0.5");
        assertThat(to(FIRST)).hasSize(4);
    }

    @Test
    void shouldNotTakeARequestAfterAnSmrForARepetition() {
        directory.add(new MapServers.Fixed(FIRST), List.of());
        directory.add(new MapServers.Fixed(SECOND), List.of());
        ask("10.0.0.5");
        ask("10.0.0.5", MapRequest.Flag.SMR_INVOKED);
        assertThat(to(FIRST)).hasSize(2);
    }

    @Test
    void shouldPassOverAMapServerOfAFamilyItHasNot() {
        directory.add(new MapServers.Fixed(V6_ONLY), List.of());
        ask("10.0.0.5");
        assertThat(counters.get(Counter.MAP_REQUESTS_DROPPED_NO_MAP_SERVER)).isEqualTo(1);
        directory.add(new MapServers.Fixed(FIRST), List.of());
        ask("10.0.0.5");
        assertThat(to(FIRST)).hasSize(1);
    }

    @Test
    void shouldDropWhatIsNotEncapsulated() {
        directory.add(new MapServers.Fixed(FIRST), List.of());
        send(request("10.0.0.5"));
        send(new MapReply(false, false, 1, List.of()));
        assertThat(network.sent()).hasSize(2);
        assertThat(counters.get(Counter.MAP_REQUESTS_DROPPED_NOT_ENCAPSULATED)).isEqualTo(1);
    }

    @Test
    @Conformance("C135")
    void shouldDropProbes() {
        directory.add(new MapServers.Fixed(FIRST), List.of());
        send(request("10.0.0.5", MapRequest.Flag.PROBE));
        ask("10.0.0.5", MapRequest.Flag.PROBE);
        assertThat(network.sent()).hasSize(2);
    }

    @Test
    void shouldUseWhatDnsSaysUntilTheTtlIsOverAndKeepItWhenDnsFails() {
        List<String> asked = new ArrayList<>();
        List<CompletableFuture<ServiceLookup.Found>> answers = new ArrayList<>();
        Discovered discovered = new Discovered(
                "_lisp-ms._udp.example",
                name -> {
                    asked.add(name);
                    answers.add(new CompletableFuture<>());
                    return answers.getLast();
                },
                timers,
                () -> counters.increment(Counter.DNS_FAILURES));
        directory.add(discovered, List.of());
        discovered.start();
        ask("10.0.0.5");
        assertThat(counters.get(Counter.MAP_REQUESTS_DROPPED_NO_MAP_SERVER)).isEqualTo(1);

        answers.get(0).complete(new ServiceLookup.Found(List.of(FIRST), Duration.ofSeconds(60)));
        ask("10.0.0.5");
        assertThat(to(FIRST)).hasSize(1);
        timers.advance(Duration.ofSeconds(59));
        assertThat(asked).hasSize(1);
        timers.advance(Duration.ofSeconds(1));
        assertThat(asked).hasSize(2);

        answers.get(1).completeExceptionally(new IllegalStateException("SERVFAIL"));
        timers.run();
        ask("10.0.0.6");
        assertThat(to(FIRST)).hasSize(2);
        assertThat(counters.get(Counter.DNS_FAILURES)).isEqualTo(1);

        timers.advance(Duration.ofSeconds(10));
        answers.get(2).complete(new ServiceLookup.Found(List.of(SECOND), Duration.ZERO));
        ask("10.0.0.7");
        assertThat(to(SECOND)).hasSize(1);
        discovered.close();
        timers.advance(Duration.ofHours(1));
        assertThat(asked).hasSize(3);
    }

    @Test
    @Conformance("C081")
    void shouldIgnoreASharedExtensionOfUnknownSubType() {
        send(new SharedExtension(0x7ff, Octets.parse("0x0102")));
        timers.run();
        assertThat(counters.get(Counter.NOT_FOR_A_MAP_RESOLVER)).isEqualTo(1);
        assertThat(replies).isEmpty();
    }

    @Test
    void shouldCountGarbageAndNotThrow() {
        directory.add(new MapServers.Fixed(FIRST), List.of());
        Random random = new Random(4342);
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[random.nextInt(120)];
            random.nextBytes(octets);
            if (octets.length > 0 && i % 2 == 0) {
                octets[0] = (byte) 0x80;
            }
            itr.send(new UnsafeBuffer(octets), 0, octets.length, RESOLVER);
            timers.run();
        }
        long handled = counters.get(Counter.MALFORMED)
                + counters.get(Counter.MAP_REQUESTS)
                + counters.get(Counter.MAP_REQUESTS_DROPPED_NOT_ENCAPSULATED)
                + counters.get(Counter.ECM_DROPPED_NOT_A_REQUEST)
                + counters.get(Counter.NOT_FOR_A_MAP_RESOLVER);
        assertThat(handled).isEqualTo(20_000);
    }

    private void ask(String eid, MapRequest.Flag... flags) {
        send(encapsulated(eid, flags));
    }

    private EncapsulatedControlMessage encapsulated(String eid, MapRequest.Flag... flags) {
        return new EncapsulatedControlMessage(
                false,
                IpAddress.parse("10.9.9.9"),
                IpAddress.parse("10.0.0.5"),
                ITR_PORT,
                4342,
                request(eid, flags),
                0);
    }

    private byte[] encoded(ControlMessage message) {
        return Arrays.copyOf(buffer.byteArray(), ControlCodec.encode(message, buffer, 0));
    }

    private MapRequest request(String eid, MapRequest.Flag... flags) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return new MapRequest(
                Set.of(flags),
                ++nonce,
                NoAddress.INSTANCE,
                List.of(ITR),
                List.of(new MapRequest.RequestedEid(false, prefix.length(), prefix.toAddress())),
                Optional.empty(),
                Optional.empty());
    }

    private void send(ControlMessage message) {
        itr.send(buffer, 0, ControlCodec.encode(message, buffer, 0), RESOLVER);
        timers.run();
    }

    private List<byte[]> to(Endpoint endpoint) {
        return network.sent().stream()
                .filter(sent -> sent.to().equals(endpoint))
                .map(sent -> sent.payload())
                .toList();
    }

    private static Endpoint at(String address) {
        return new Endpoint(IpAddress.parse(address), 4342);
    }

    private static List<EidPrefix> prefixes(String... prefixes) {
        return Arrays.stream(prefixes).map(EidPrefix::parse).toList();
    }
}
