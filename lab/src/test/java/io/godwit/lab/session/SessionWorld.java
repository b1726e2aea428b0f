package io.godwit.lab.session;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.MemoryStreams;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.session.RefreshSessions;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.xtr.DataPlane;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventLog;
import io.godwit.xtr.control.core.OwnLocators;
import io.godwit.xtr.control.etr.RegisterNonce;
import io.godwit.xtr.control.etr.RegistrationAgent;
import io.godwit.xtr.control.etr.SiteDatabase;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A map-server that takes two sessions, xTRs that want one, a network and a clock in memory. */
final class SessionWorld {
    static final IpAddress SERVER = IpAddress.parse("192.0.2.100");
    static final int PORT = 4342;
    static final AuthenticationKey KEY = key("secret");
    private static final int SITE_ID = 42;

    final VirtualTimers timers = new VirtualTimers();
    final MemoryNetwork network = new MemoryNetwork(timers);
    final MemoryStreams streams = new MemoryStreams(timers);
    final MapServer server;
    final RefreshSessions sessions;
    private final Path folder;
    private final Wires wires;

    /** What it is all connected by. */
    interface Wires {
        ControlTransport open(IpAddress own);

        FrameStream.Connector connector(IpAddress own);

        /** Number 100 is the map-server. */
        IpAddress address(int id);

        /** Where the map-server takes sessions. */
        int port();
    }

    /** Connected by nothing but memory. */
    private final class Memory implements Wires {
        @Override
        public ControlTransport open(IpAddress own) {
            return network.open(own);
        }

        @Override
        public FrameStream.Connector connector(IpAddress own) {
            return streams.connector(own);
        }

        @Override
        public IpAddress address(int id) {
            return IpAddress.parse("192.0.2." + id);
        }

        @Override
        public int port() {
            return PORT;
        }
    }

    SessionWorld(Path folder) {
        this(folder, Optional.empty());
        streams.listen(new Endpoint(SERVER, PORT), sessions::open);
    }

    /** @param real what takes the place of memory; the sessions' listener is the caller's */
    SessionWorld(Path folder, Optional<Wires> real) {
        this.folder = folder;
        wires = real.orElseGet(Memory::new);
        Sites sites = new Sites();
        sites.add(
                new Site("cloud", Optional.of((long) SITE_ID), List.of(KEY), true, Optional.empty()),
                List.of(new PrefixConfig(EidPrefix.parse("10.0.0.0/8"), true)));
        server = new MapServer(sites, LimitsConfig.DEFAULT, wires.open(wires.address(100)), timers);
        sessions = server.sessions(2, new Random(4342));
        server.start();
    }

    static AuthenticationKey key(String secret) {
        return new AuthenticationKey(
                1, AuthenticationAlgorithm.HMAC_SHA_256_128, secret.getBytes(StandardCharsets.US_ASCII), false);
    }

    void seconds(long seconds) {
        timers.advance(Duration.ofSeconds(seconds));
    }

    Xtr xtr(int id) {
        return xtr(id, KEY, wires.connector(wires.address(id)));
    }

    Xtr xtr(int id, AuthenticationKey sessionKey, FrameStream.Connector connector) {
        return new Xtr(id, sessionKey, connector);
    }

    boolean isRegistered(String eid) {
        return server.database().get(EidPrefix.parse(eid)).isPresent();
    }

    /** The registering half of an xTR. */
    final class Xtr {
        final RegistrationAgent agent;
        private final SiteDatabase database;
        private final ControlContext context;
        private final ControlTransport transport;
        private boolean gone;

        Xtr(int id, AuthenticationKey key, FrameStream.Connector connector) {
            IpAddress own = wires.address(id);
            transport = wires.open(own);
            OwnLocators locators = new OwnLocators(List.of(RlocRecord.unicast(own, 1, 100, true)));
            DataPlane none = (DataPlane) Proxy.newProxyInstance(
                    DataPlane.class.getClassLoader(), new Class<?>[] {DataPlane.class}, (proxy, method, all) -> null);
            context = new ControlContext(
                    timers,
                    new ControlSender(whileHere(transport), new MessageAuthentication()),
                    none,
                    locators,
                    new EventLog(timers, 100),
                    new Counters<>(ControlCounter.class),
                    new Random(id));
            database = new SiteDatabase(locators, 10);
            var mapServer =
                    new io.godwit.xtr.control.etr.MapServer(wires.address(100), key, true, Optional.of(wires.port()));
            agent = new RegistrationAgent(
                    context,
                    database,
                    List.of(mapServer),
                    new RegisterNonce(folder.resolve("nonce-" + id), timers),
                    new XtrIdentity(0, id, SITE_ID),
                    (remote, opened, failed) -> {
                        if (!gone) {
                            connector.connect(remote, opened, failed);
                        }
                    });
            transport.handler((data, offset, length, local, remote) -> {
                if (ControlCodec.decode(data, offset, length) instanceof MapNotify notify) {
                    agent.onNotify(mapServer, notify);
                }
            });
        }

        Xtr start(String... eids) {
            for (String eid : eids) {
                add(eid);
            }
            agent.start();
            timers.run();
            return this;
        }

        void add(String eid) {
            EidPrefix prefix = EidPrefix.parse(eid);
            database.add(new SiteDatabase.SiteEid(prefix, true, timers.epochMillis()));
            agent.register(prefix);
        }

        void withdraw(String eid) {
            EidPrefix prefix = EidPrefix.parse(eid);
            database.remove(prefix);
            agent.withdraw(prefix);
        }

        /** As when its process is killed. */
        void vanish() {
            gone = true;
            transport.close();
        }

        private ControlTransport whileHere(ControlTransport real) {
            return (ControlTransport) Proxy.newProxyInstance(
                    ControlTransport.class.getClassLoader(),
                    new Class<?>[] {ControlTransport.class},
                    (proxy, method, all) -> gone ? null : method.invoke(real, all));
        }

        long registersSent() {
            return context.counters().get(ControlCounter.MAP_REGISTERS_SENT);
        }
    }
}
