package io.godwit.lab.layer2;

import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.data.LispHeader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/** Sites with a layer-2 instance, a map-server, and what is between them, in memory; the clock stands unless it is moved on. */
final class Layer2World implements AutoCloseable {
    static final int INSTANCE = 7;
    static final String MAP_SERVER = "192.0.2.100";
    static final String SECRET = "secret";

    final VirtualTimers timers = new VirtualTimers();
    final MemoryNetwork network = new MemoryNetwork(timers);
    final FakeUnderlay underlay = new FakeUnderlay();
    final MapServer mapServer;
    final List<Layer2Site> sites;
    /** LISP datagrams in order: {@code 192.0.2.1 > 192.0.2.2 [7] ethernet}. */
    final List<String> wire = new ArrayList<>();

    Layer2World(Path folder, int count) {
        this(folder, count, rloc -> "");
    }

    /** @param more of the configuration of the site with an RLOC */
    Layer2World(Path folder, int count, UnaryOperator<String> more) {
        Sites known = new Sites();
        AuthenticationKey key = new AuthenticationKey(
                1, AuthenticationAlgorithm.HMAC_SHA_256_128, SECRET.getBytes(StandardCharsets.US_ASCII), false);
        known.add(
                new Site("clouds", Optional.empty(), List.of(key), true, Optional.empty()),
                List.of(new PrefixConfig(EidPrefix.parse("[" + INSTANCE + "]00:00:00:00:00:00/0"), true)));
        mapServer = new MapServer(known, LimitsConfig.DEFAULT, network.open(IpAddress.parse(MAP_SERVER)), timers);
        mapServer.start();
        underlay.tap(datagram -> wire.add(datagram.source().getHostAddress() + " > "
                + datagram.destination().getHostAddress() + " " + header(datagram.payload())));
        List<String> rlocs = IntStream.rangeClosed(1, count)
                .mapToObj(number -> "192.0.2." + number)
                .toList();
        sites = rlocs.stream()
                .map(rloc -> new Layer2Site(this, folder, rloc, rlocs, more.apply(rloc)))
                .toList();
        settle();
    }

    private static String header(byte[] payload) {
        UnsafeBuffer datagram = new UnsafeBuffer(payload);
        int word0 = LispHeader.word0(datagram, 0);
        return "[" + LispHeader.instanceId(datagram, 0) + "] next protocol " + LispHeader.nextProtocol(word0);
    }

    /** The LISP datagrams since the last call. */
    List<String> wire() {
        List<String> taken = List.copyOf(wire);
        wire.clear();
        return taken;
    }

    /** Lets everything happen that needs no time. */
    void settle() {
        int idle = 0;
        while (idle < 3) {
            int work = sites.stream().mapToInt(Layer2Site::work).sum();
            timers.run();
            idle = work == 0 ? idle + 1 : 0;
        }
    }

    void milliseconds(int count) {
        for (int i = 0; i < count; i++) {
            timers.advance(Duration.ofMillis(1));
            settle();
        }
    }

    /** The RLOCs that the map-server has for a MAC; none when it is not registered. */
    List<String> registered(MacAddress mac) {
        return mapServer
                .database()
                .get(EidPrefix.host(INSTANCE, mac))
                .map(entry -> entry.view().locators().stream()
                        .map(RlocRecord::locator)
                        .map(Object::toString)
                        .toList())
                .orElse(List.of());
    }

    @Override
    public void close() {
        sites.forEach(Layer2Site::close);
        mapServer.close();
    }
}
