package io.godwit.mapresolver.discovery;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Map-servers behind a DNS name: looked up again when the TTL is over, or soon after a failure. What was known stays in use until something
 * newer is.
 */
public final class Discovered implements MapServers {
    private static final Logger LOG = LoggerFactory.getLogger(Discovered.class);
    private static final Duration RETRY = Duration.ofSeconds(10);
    /** A TTL of 0 must not make a busy loop; a very long one must not hide a change for ever. */
    private static final Duration MIN_TTL = Duration.ofSeconds(5);

    private static final Duration MAX_TTL = Duration.ofHours(1);

    private final String name;
    private final ServiceLookup lookup;
    private final Timers timers;
    private final Runnable onFailure;
    private List<Endpoint> servers = List.of();
    private boolean failing;
    private boolean closed;

    /** @param onFailure counts */
    public Discovered(String name, ServiceLookup lookup, Timers timers, Runnable onFailure) {
        this.name = name;
        this.lookup = lookup;
        this.timers = timers;
        this.onFailure = onFailure;
    }

    /** Asks DNS now, and again for as long as this is not closed. */
    public void start() {
        if (!closed) {
            lookup.lookup(name).whenComplete((found, failure) -> timers.execute(() -> answered(found, failure)));
        }
    }

    public void close() {
        closed = true;
    }

    private void answered(ServiceLookup.@Nullable Found found, @Nullable Throwable failure) {
        Duration again = RETRY;
        if (found != null) {
            if (!servers.equals(found.servers())) {
                LOG.info("map-servers of {}: {}", name, found.servers());
            }
            servers = found.servers();
            failing = false;
            again = found.ttl().compareTo(MIN_TTL) < 0 ? MIN_TTL : found.ttl();
            again = again.compareTo(MAX_TTL) > 0 ? MAX_TTL : again;
        } else {
            onFailure.run();
            if (!failing) {
                LOG.warn(
                        "DNS does not say where the map-servers of {} are: {}; trying again every {} s",
                        name,
                        failure == null ? "no answer" : reason(failure),
                        RETRY.toSeconds());
            }
            failing = true;
        }
        timers.after(again, this::start);
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public List<Endpoint> current() {
        return servers;
    }

    @Override
    public String name() {
        return name;
    }
}
