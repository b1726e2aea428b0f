package io.godwit.xtr.control;

import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.MapRequest.RequestedEid;
import io.godwit.xtr.control.fake.Peer;
import io.godwit.xtr.control.fake.TestSite;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A site with its map-server and map-resolver, and another xTR, in memory and virtual time. */
@Timeout(120)
abstract class ControlPlaneTest {
    static final String OTHER_RLOC = "198.51.100.7";
    static final String THIRD_RLOC = "203.0.113.9";

    @TempDir
    Path directory;

    final VirtualTimers timers = new VirtualTimers();
    final MemoryNetwork network = new MemoryNetwork(timers);
    final Peer resolver = new Peer(network, timers, TestSite.RESOLVER, TestSite.KEY);
    final Peer mapServer = new Peer(network, timers, TestSite.MAP_SERVER, TestSite.KEY);
    final Peer otherXtr = new Peer(network, timers, OTHER_RLOC, TestSite.KEY);
    TestSite site;

    @BeforeEach
    void startSite() {
        site = new TestSite(network, timers, directory).start();
        mapServer.forget();
    }

    void advance(Duration duration) {
        timers.advance(duration);
    }

    void seconds(long seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    MapRequest lastRequest() {
        return resolver.encapsulatedRequests().getLast();
    }

    /** Misses {@code eid} and answers with {@code eidRecords}. */
    void learn(String eid, EidRecord... eidRecords) {
        site.misses(eid);
        resolver.reply(lastRequest(), eidRecords);
        timers.run();
    }

    List<MapRegister> registers() {
        return mapServer.received(MapRegister.class).stream()
                .map(Peer.Received::message)
                .toList();
    }

    static MapRequest request(String eid, Flag... flags) {
        return request(List.of(eid), List.of(IpAddress.parse(OTHER_RLOC)), flags);
    }

    static MapRequest request(List<String> eids, List<LispAddress> itrRlocs, Flag... flags) {
        return new MapRequest(
                Set.copyOf(Arrays.asList(flags)),
                0x1122334455667788L,
                IpAddress.parse("10.9.0.1"),
                itrRlocs,
                eids.stream()
                        .map(EidPrefix::parse)
                        .map(eid -> new RequestedEid(false, eid.length(), eid.toAddress()))
                        .toList(),
                Optional.empty(),
                Optional.empty());
    }
}
