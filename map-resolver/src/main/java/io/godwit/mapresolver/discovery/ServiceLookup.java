package io.godwit.mapresolver.discovery;

import io.godwit.daemon.net.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Finds the hosts that offer a service. Never blocks. */
public interface ServiceLookup {
    /**
     * @param servers best first
     * @param ttl how long that holds
     */
    record Found(List<Endpoint> servers, Duration ttl) {
        public Found {
            servers = List.copyOf(servers);
        }
    }

    /** Completes on any thread, exceptionally when the name does not exist or nobody answers. */
    CompletionStage<Found> lookup(String name);
}
