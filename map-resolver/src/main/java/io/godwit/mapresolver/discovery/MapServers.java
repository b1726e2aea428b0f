package io.godwit.mapresolver.discovery;

import io.godwit.daemon.net.Endpoint;
import java.util.List;

/** Map-servers that serve the same EIDs. */
public interface MapServers {
    /** Best first; empty while DNS has not answered. */
    List<Endpoint> current();

    /** As the operator knows them: an address, or a DNS name. */
    String name();

    record Fixed(Endpoint endpoint) implements MapServers {
        @Override
        public List<Endpoint> current() {
            return List.of(endpoint);
        }

        @Override
        public String name() {
            return endpoint.address().toString();
        }
    }
}
