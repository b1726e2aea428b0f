package io.godwit.bench.mapping;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import java.util.List;
import java.util.Optional;

/** A map-server without a network, driven by one thread. */
final class Bed {
    final StepTimers timers = new StepTimers();
    final SinkTransport transport = new SinkTransport();
    final MapServer server = server(transport, timers);

    Bed() {
        server.start();
    }

    static MapServer server(ControlTransport transport, Timers timers) {
        Sites sites = new Sites();
        sites.add(
                new Site("cloud", Optional.of(Messages.SITE_ID), List.of(Messages.KEY), true, Optional.empty(), true),
                List.of(new PrefixConfig(EidPrefix.parse("10.0.0.0/8"), true)));
        return new MapServer(
                sites, new LimitsConfig(40_000_000, 2_000_000, 1_000_000, 4_096, 2_000_000, 65_536), transport, timers);
    }

    /** All of them once. */
    Bed deliver(Datagrams datagrams) {
        for (int i = 0; i < datagrams.size(); i++) {
            datagrams.deliver(i, transport);
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
