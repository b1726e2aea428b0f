package io.godwit.mapserver.site;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.RateTable;
import io.godwit.packet.address.IpAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts refusals by site and reason, and logs them: once per site, reason and source in ten minutes, and few a second in all. */
public final class Refusals {
    /** In place of a site's name where no site is concerned. */
    public static final String NO_SITE = "-";

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long LOG_AGAIN_NANOS = 600_000_000_000L;
    private static final long LOG_INTERVAL_NANOS = 1_000_000_000L;

    private final Timers timers;
    private final Map<String, EnumMap<RefusalReason, Tally>> bySite = new TreeMap<>();
    private final RateTable logged = new RateTable(1024, LOG_AGAIN_NANOS, 1);
    private final RateTable pace = new RateTable(1, LOG_INTERVAL_NANOS, 20);

    /** What has been refused to a site for a reason. */
    public record Refused(String site, RefusalReason reason, long count, IpAddress lastSource, long lastEpochMillis) {}

    private static final class Tally {
        private long count;
        private IpAddress lastSource;
        private long lastEpochMillis;

        Tally(IpAddress lastSource) {
            this.lastSource = lastSource;
        }
    }

    public Refusals(Timers timers) {
        this.timers = timers;
    }

    /** @param what the thing refused: the EID-prefix, or the message */
    public void refuse(String site, RefusalReason reason, Endpoint source, Object what) {
        Tally tally = bySite.computeIfAbsent(site, name -> new EnumMap<>(RefusalReason.class))
                .computeIfAbsent(reason, why -> new Tally(source.address()));
        tally.count++;
        tally.lastSource = source.address();
        tally.lastEpochMillis = timers.epochMillis();
        long key = Objects.hash(site, source.address(), reason);
        if (logged.allow(key, timers.nanoTime()) && pace.allow(0, timers.nanoTime())) {
            LOG.warn("site {}: refused {} from {}: {}", site, what, source.address(), reason.sentence());
        }
    }

    /** By site, then by reason. */
    public List<Refused> all() {
        List<Refused> all = new ArrayList<>();
        bySite.forEach((site, reasons) -> reasons.forEach((reason, tally) ->
                all.add(new Refused(site, reason, tally.count, tally.lastSource, tally.lastEpochMillis))));
        return all;
    }
}
