package io.godwit.xtr.control.segment;

import io.godwit.linux.LinuxException;
import io.godwit.linux.Netlink;
import io.godwit.linux.Netlink.Route;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.config.InstanceConfig;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.core.NativeForwarding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes past the tunnel: copies of the way that the kernel would take if there were no tunnel, for the part of the EID space that is not
 * one, preferred to the route into the TUN. Where the kernel has no such way nothing is done, and the forwarding path drops.
 */
public final class NativeRoutes implements NativeForwarding {
    private static final Logger LOG = LoggerFactory.getLogger(NativeRoutes.class);
    /** Preferred to the routes into the TUN. */
    private static final int METRIC = SiteNetwork.METRIC - 10;
    /** A map-server answers with the widest holes, so few are needed; more would be somebody's scan. */
    private static final int MAX_HOLES = 1_000;

    private final Netlink netlink;
    private final XtrConfig config;
    private final Map<EidPrefix, List<Place>> routes = new HashMap<>();
    /** By where they are: holes that cover the same part of the EID space share a route. */
    private final Map<Place, Shared> shared = new HashMap<>();

    private record Place(int table, EidPrefix target) {}

    private static final class Shared {
        final Route route;
        int holes;

        Shared(Route route) {
            this.route = route;
        }
    }

    public NativeRoutes(Netlink netlink, XtrConfig config) {
        this.netlink = netlink;
        this.config = config;
    }

    @Override
    public void begin(EidPrefix hole) {
        end(hole);
        Optional<InstanceConfig> instance = config.instance(hole.instanceId());
        if (instance.isEmpty() || routes.size() >= MAX_HOLES) {
            return;
        }
        List<Place> made = new ArrayList<>();
        Map<Integer, List<Route>> tables = new HashMap<>();
        for (EidPrefix target : targets(hole)) {
            Place place = new Place(instance.get().table(), target);
            if (shared.containsKey(place) || add(place, tables)) {
                Objects.requireNonNull(shared.get(place)).holes++;
                made.add(place);
            }
        }
        if (!made.isEmpty()) {
            routes.put(hole, made);
        }
    }

    /** @param tables routing tables that have been read for this hole */
    private boolean add(Place place, Map<Integer, List<Route>> tables) {
        Optional<Route> way = way(place, tables);
        return way.isPresent()
                && change(place.target, () -> {
                    netlink.addRoute(way.get());
                    shared.put(place, new Shared(way.get()));
                });
    }

    /** What of the hole would go into the TUN. The hosts of a dynamic prefix may appear at any time: only they themselves can be holes. */
    private List<EidPrefix> targets(EidPrefix hole) {
        Stream<EidPrefix> covered =
                config.eidSpace().stream().filter(hole::covers).filter(space -> !isDynamic(space));
        boolean within = config.eidSpace().stream().anyMatch(space -> space.covers(hole))
                || config.dynamicEids().stream()
                        .anyMatch(dynamic -> dynamic.prefix().covers(hole));
        Stream<EidPrefix> itself = within && !isDynamic(hole) ? Stream.of(hole) : Stream.empty();
        return Stream.concat(covered, itself).distinct().toList();
    }

    private boolean isDynamic(EidPrefix prefix) {
        return config.dynamicEids().stream()
                .anyMatch(dynamic -> dynamic.prefix().equals(prefix));
    }

    private Optional<Route> way(Place place, Map<Integer, List<Route>> tables) {
        EidPrefix target = place.target;
        return best(target, tables.computeIfAbsent(place.table, netlink::routes))
                .or(() -> best(target, tables.computeIfAbsent(Netlink.TABLE_MAIN, netlink::routes)))
                .map(way -> new Route(
                        ((IpAddress) target.address()).toInetAddress(),
                        target.length(),
                        way.interfaceIndex(),
                        way.gateway(),
                        place.table,
                        METRIC,
                        Netlink.PROTOCOL_GODWIT));
    }

    /** The longest route of somebody else that covers {@code target}, and of these the one with the least metric. */
    private static Optional<Route> best(EidPrefix target, List<Route> table) {
        return table.stream()
                .filter(route -> route.protocol() != Netlink.PROTOCOL_GODWIT && route.interfaceIndex() > 0)
                .filter(route -> prefix(route, target.instanceId()).covers(target))
                .max(Comparator.comparingInt(Route::prefixLength)
                        .thenComparing(Comparator.comparingInt(Route::metric).reversed()));
    }

    private static EidPrefix prefix(Route route, int instanceId) {
        return new EidPrefix(instanceId, IpAddress.of(route.destination()), route.prefixLength());
    }

    @Override
    public void end(EidPrefix hole) {
        List<Place> made = routes.remove(hole);
        if (made != null) {
            made.forEach(this::leave);
        }
    }

    private void leave(Place place) {
        Shared route = shared.get(place);
        if (route != null && --route.holes == 0) {
            shared.remove(place);
            change(place.target, () -> netlink.removeRoute(route.route));
        }
    }

    /** Takes all of them back. */
    public void stop() {
        List.copyOf(routes.keySet()).forEach(this::end);
    }

    private static boolean change(EidPrefix concerned, Runnable change) {
        try {
            change.run();
            return true;
        } catch (LinuxException e) {
            LOG.warn("{}: {}", concerned, e.getMessage());
            return false;
        }
    }
}
