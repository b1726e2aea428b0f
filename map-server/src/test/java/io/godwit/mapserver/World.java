package io.godwit.mapserver;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.cluster.SharedLog;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.config.PrefixConfig.Unregistered;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A map-server among others in memory. Site {@code cloud} has 10.0.0.0/16, [7]10.0.0.0/16 and 2001:db8:1::/48 with more-specifics, and two
 * keys; {@code legacy} has 10.9.0.0/16 without replay protection; {@code fixed} has 10.8.0.0/24 alone; {@code quiet} has
 * 10.7.0.0/24 and may not subscribe; {@code closed} has prefixes whose unregistered EIDs are not forwarded natively.
 */
final class World {
    static final Endpoint SERVER = new Endpoint(IpAddress.parse("192.0.2.100"), 4342);
    static final Endpoint SERVER_V6 = new Endpoint(IpAddress.parse("2001:db8::100"), 4342);
    static final AuthenticationKey KEY = key(1, "secret");
    static final AuthenticationKey NEW_KEY = key(2, "rolled over");
    static final AuthenticationKey LEGACY_KEY =
            new AuthenticationKey(0, AuthenticationAlgorithm.HMAC_SHA_1_96, bytes("legacy"), true);

    final VirtualTimers timers = new VirtualTimers();
    final MemoryNetwork network = new MemoryNetwork(timers);
    final MapServer server;

    World() {
        this(LimitsConfig.DEFAULT);
    }

    World(LimitsConfig limits) {
        this(limits, Optional.empty());
    }

    /** One whose map-server keeps its state in a folder. */
    World(Path state) {
        this(LimitsConfig.DEFAULT, Optional.of(state));
    }

    /** The same, with a wall clock that is ahead by so much. */
    World(Path state, Duration ahead) {
        this(LimitsConfig.DEFAULT, Optional.of(state), ahead);
    }

    private World(LimitsConfig limits, Optional<Path> state) {
        this(limits, state, Duration.ZERO);
    }

    private World(LimitsConfig limits, Optional<Path> state, Duration ahead) {
        timers.stepWallClock(ahead);
        server = new MapServer(sites(), limits, state, network.open(SERVER.address(), SERVER_V6.address()), timers);
        server.start();
    }

    /** One whose map-server is a member of a cluster. */
    World(Function<Timers, SharedLog> log) {
        server = new MapServer(
                sites(),
                LimitsConfig.DEFAULT,
                Optional.empty(),
                Optional.of(log.apply(timers)),
                network.open(SERVER.address(), SERVER_V6.address()),
                timers);
        server.start();
    }

    static Sites sites() {
        Sites sites = new Sites();
        sites.add(
                new Site("cloud", Optional.of(42L), List.of(KEY, NEW_KEY), true, Optional.empty(), true),
                List.of(prefix("10.0.0.0/16", true), prefix("[7]10.0.0.0/16", true), prefix("2001:db8:1::/48", true)));
        sites.add(
                new Site("legacy", Optional.empty(), List.of(LEGACY_KEY), false, Optional.empty()),
                List.of(prefix("10.9.0.0/16", true)));
        sites.add(
                new Site("fixed", Optional.empty(), List.of(KEY), true, Optional.empty()),
                List.of(prefix("10.8.0.0/24", false)));
        sites.add(
                new Site("quiet", Optional.of(7L), List.of(KEY), true, Optional.empty()),
                List.of(prefix("10.7.0.0/24", true)));
        sites.add(
                new Site("closed", Optional.of(8L), List.of(KEY), true, Optional.empty()),
                List.of(
                        prefix("172.16.0.0/24", Unregistered.POLICY_DENIED),
                        prefix("172.16.1.0/24", Unregistered.AUTH_FAILURE),
                        prefix("172.16.2.0/24", Unregistered.SEND_MAP_REQUEST)));
        return sites;
    }

    private static PrefixConfig prefix(String eid, Unregistered unregistered) {
        return new PrefixConfig(EidPrefix.parse(eid), true, unregistered);
    }

    /** An xTR with an RLOC of each kind. */
    TestXtr xtr(int id) {
        return new TestXtr(this, id, 4342);
    }

    ControlTransport open(int port, IpAddress... addresses) {
        return network.open(port, addresses);
    }

    void run() {
        timers.run();
    }

    void advance(long seconds) {
        timers.advance(Duration.ofSeconds(seconds));
    }

    long count(Counter counter) {
        return server.counter().get(counter);
    }

    static PrefixConfig prefix(String eid, boolean moreSpecifics) {
        return new PrefixConfig(EidPrefix.parse(eid), moreSpecifics);
    }

    static AuthenticationKey key(int id, String secret) {
        return new AuthenticationKey(id, AuthenticationAlgorithm.HMAC_SHA_256_128, bytes(secret), false);
    }

    static MapRequest request(long nonce, String eid, IpAddress itr, MapRequest.Flag... flags) {
        EidPrefix prefix = EidPrefix.parse(eid);
        return new MapRequest(
                Set.of(flags),
                nonce,
                NoAddress.INSTANCE,
                List.of(itr),
                List.of(new MapRequest.RequestedEid(false, prefix.length(), prefix.toAddress())),
                Optional.empty(),
                Optional.empty());
    }

    /** As an ITR or a map-resolver sends it; the answer goes to {@code replyPort}. */
    static EncapsulatedControlMessage ecm(MapRequest request, int replyPort) {
        return new EncapsulatedControlMessage(
                false, IpAddress.parse("10.1.1.1"), IpAddress.parse("10.0.0.5"), replyPort, 4342, request, 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
