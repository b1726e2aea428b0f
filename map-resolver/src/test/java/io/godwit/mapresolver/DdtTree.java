package io.godwit.mapresolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.memory.Datagram;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapresolver.ddt.ReferralTrust;
import io.godwit.mapresolver.discovery.Directory;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.DdtConfig;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/** A map-resolver, an ITR and an ETR in one process, in front of whatever DDT nodes a test makes. */
abstract class DdtTree {
    static final IpAddress RESOLVER = IpAddress.parse("192.0.2.200");
    static final IpAddress ITR = IpAddress.parse("192.0.2.50");
    static final IpAddress ETR = IpAddress.parse("192.0.2.60");
    private static final AuthenticationKey KEY = new AuthenticationKey(
            1, AuthenticationAlgorithm.HMAC_SHA_256_128, "secret".getBytes(StandardCharsets.US_ASCII), false);

    final VirtualTimers timers = new VirtualTimers();
    final MemoryNetwork network = new MemoryNetwork(timers);
    final Counters<Counter> counters = new Counters<>(Counter.class);
    final List<MapReply> replies = new ArrayList<>();
    private final ControlTransport itr = network.open(ITR);
    private final ControlTransport etr = network.open(ETR);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
    long nonce;

    DdtTree() {
        itr.handler((data, offset, length, local, remote) -> {
            if (ControlCodec.decode(data, offset, length) instanceof MapReply reply) {
                replies.add(reply);
            }
        });
    }

    void resolver(List<IpAddress> roots, ReferralTrust trust) {
        new MapResolver(new Directory(), roots, trust, 1_000, network.open(RESOLVER), timers, counters).start();
    }

    MapServer node(IpAddress address, DdtConfig config, Sites sites) {
        MapServer made = new MapServer(sites, LimitsConfig.DEFAULT, network.open(address), timers);
        made.ddt(config, timers);
        made.start();
        return made;
    }

    static Sites sitesWith(String prefix) {
        Sites sites = new Sites();
        sites.add(
                new Site("cloud", Optional.empty(), List.of(KEY), true, Optional.empty()),
                List.of(new PrefixConfig(EidPrefix.parse(prefix), true)));
        return sites;
    }

    void register(String eid, IpAddress server) {
        EidPrefix prefix = EidPrefix.parse(eid);
        EidRecord record = new EidRecord(
                10, 32, Action.NO_ACTION, true, 0, prefix.toAddress(), List.of(RlocRecord.unicast(ETR, 1, 100, true)));
        MapRegister message = new MapRegister(
                Set.of(MapRegister.Flag.PROXY_REPLY),
                ++nonce,
                AuthenticationData.UNSIGNED,
                List.of(record),
                Optional.empty());
        int length = new MessageAuthentication().encodeSigned(message, KEY, buffer, 0);
        etr.send(buffer, 0, length, at(server));
        timers.run();
        network.forget();
    }

    void ask(String eid) {
        EidPrefix prefix = EidPrefix.parse(eid);
        MapRequest request = new MapRequest(
                Set.of(),
                ++nonce,
                NoAddress.INSTANCE,
                List.of(ITR),
                List.of(new MapRequest.RequestedEid(false, prefix.length(), prefix.toAddress())),
                Optional.empty(),
                Optional.empty());
        send(
                itr,
                new EncapsulatedControlMessage(
                        false, IpAddress.parse("10.9.9.9"), IpAddress.parse("10.2.0.5"), 4342, 4342, request, 0),
                at(RESOLVER));
    }

    void send(ControlTransport from, ControlMessage message, Endpoint to) {
        from.send(buffer, 0, ControlCodec.encode(message, buffer, 0), to);
        timers.run();
    }

    static Endpoint at(IpAddress address) {
        return new Endpoint(address, 4342);
    }

    /** Whom the map-resolver asked, in order. */
    List<IpAddress> asked() {
        return sentByTheResolver().map(sent -> sent.to().address()).toList();
    }

    Stream<Datagram> sentByTheResolver() {
        return network.sent().stream()
                .filter(sent -> sent.from().address().equals(RESOLVER))
                .filter(sent -> !sent.to().address().equals(ITR));
    }

    EidRecord answer() {
        assertThat(replies).hasSize(1);
        assertThat(replies.getFirst().nonce()).isEqualTo(nonce);
        return replies.removeFirst().records().getFirst();
    }

    static String prefix(EidRecord record) {
        return EidPrefix.of(record.eid(), record.maskLength()).orElseThrow().toString();
    }
}
