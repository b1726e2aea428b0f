package io.godwit.bench.mapping;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.cluster.SharedLog;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.config.RateLimits;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.control.ControlCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A map-server without a network, driven by one thread. */
final class Bed {
    final StepTimers timers;
    final SinkTransport transport = new SinkTransport();
    final MapServer server;

    Bed() {
        this(new StepTimers());
    }

    Bed(StepTimers timers) {
        this(Optional.empty(), timers);
    }

    /** One that keeps its state in a folder, and begins with what is there. */
    Bed(Path state) {
        this(Optional.of(state), new StepTimers());
    }

    private Bed(Optional<Path> state, StepTimers timers) {
        this.timers = timers;
        server = server(state, transport, timers);
        server.start();
    }

    private static final Site SITE =
            new Site("cloud", Optional.of(Messages.SITE_ID), List.of(Messages.KEY), true, Optional.empty(), true);
    /** EIDs in a row that belong to one xTR. */
    static final int RECORDS = 20;

    /** Datagrams received in one turn of the event loop. */
    private static final int BATCH = 64;

    /** Datagrams that one recvmmsg call brings, as the sockets of a daemon do it. */
    private static final int BURST = 8;

    /** None is to be met. */
    private static final int PLENTY = 100_000_000;

    private static final LimitsConfig LIMITS = new LimitsConfig(
            40_000_000,
            2_000_000,
            1_000_000,
            4_096,
            4_000_000,
            65_536,
            8_192,
            new RateLimits(PLENTY, PLENTY, PLENTY, PLENTY, PLENTY));

    static MapServer server(Optional<Path> state, ControlTransport transport, Timers timers) {
        return server(state, Optional.empty(), transport, timers);
    }

    static MapServer server(
            Optional<Path> state, Optional<SharedLog> shared, ControlTransport transport, Timers timers) {
        return new MapServer(sites(), LIMITS, state, shared, transport, timers);
    }

    static Sites sites() {
        Sites sites = new Sites();
        sites.add(SITE, List.of(new PrefixConfig(EidPrefix.parse("10.0.0.0/7"), true)));
        return sites;
    }

    /**
     * Registers EIDs below {@code eids} as their Map-Registers would, without these, for a day: what takes minutes is not what is measured.
     */
    static void fill(MappingDatabase database, int eids, Timers timers) {
        Registrant[] xtrs = new Registrant[Messages.XTRS];
        for (int xtr = 0; xtr < xtrs.length; xtr++) {
            Endpoint from = new Endpoint(Messages.rloc(xtr), ControlCodec.PORT);
            xtrs[xtr] = new Registrant(new XtrKey.XtrId(0, xtr), SITE, Messages.KEY, from, true, false, true, true);
        }
        for (int eid = 0; eid < eids; eid++) {
            int xtr = eid / RECORDS % Messages.XTRS;
            EidPrefix prefix = EidPrefix.host(0, Messages.eid(eid));
            database.register(prefix, xtrs[xtr], Messages.record(eid, xtr), timers.nanoTime());
        }
    }

    /** All of them once. */
    Bed deliver(Datagrams datagrams) {
        for (int i = 0; i < datagrams.size(); i++) {
            if (i % BURST == 0) {
                transport.beginBurst();
            }
            datagrams.deliver(i, transport);
            if (i % BURST == BURST - 1 || i == datagrams.size() - 1) {
                transport.endBurst();
            }
            if (i % BATCH == BATCH - 1 || i == datagrams.size() - 1) {
                timers.runWaiting(); // requests that waited for registrations to go first
            }
        }
        return this;
    }

    void check(long expected, long actual, String what) {
        if (expected != actual) {
            throw new IllegalStateException(
                    "expected " + expected + " " + what + ", not " + actual + ": " + server.counters());
        }
    }
}
