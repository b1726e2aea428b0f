package io.godwit.mapresolver.discovery;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which map-servers serve an EID. */
public final class Directory {
    private final EidTable<List<MapServers>> byPrefix = EidTable.create();
    /** Those that serve everything. */
    private final List<MapServers> all = new ArrayList<>();

    /** Where an EID can be asked for. */
    public sealed interface Route {
        /** Best first; empty while DNS has not answered. */
        record Servers(List<Endpoint> endpoints) implements Route {}

        /** No map-server serves it, nor anything in {@code hole}. */
        record Hole(EidPrefix hole) implements Route {}
    }

    /** Less preferred than those added before. */
    public void add(MapServers servers, List<EidPrefix> prefixes) {
        if (prefixes.isEmpty()) {
            all.add(servers);
        }
        for (EidPrefix prefix : prefixes) {
            List<MapServers> known = byPrefix.get(prefix).orElseGet(ArrayList::new);
            known.add(servers);
            byPrefix.put(prefix, known);
        }
    }

    public Route route(EidPrefix eid) {
        Optional<EidTable.Entry<List<MapServers>>> match = byPrefix.longestMatch(eid);
        if (match.isEmpty() && all.isEmpty()) {
            // An EID-prefix of which parts are served: nothing can be said of the whole.
            return new Route.Hole(byPrefix.hole(eid).orElse(eid));
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (MapServers servers : match.map(EidTable.Entry::value).orElse(all)) {
            endpoints.addAll(servers.current());
        }
        return new Route.Servers(endpoints);
    }
}
