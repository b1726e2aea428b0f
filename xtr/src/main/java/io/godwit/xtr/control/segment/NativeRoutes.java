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
    private final Map<EidPrefix, List<Route>> routes = new HashMap<>();

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
        List<Route> made = new ArrayList<>();
        for (EidPrefix target : targets(hole)) {
            way(target, instance.get())
                    .ifPresent(way -> change(target, () -> {
                        netlink.addRoute(way);
                        made.add(way);
                    }));
        }
        if (!made.isEmpty()) {
            routes.put(hole, made);
        }
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

    private Optional<Route> way(EidPrefix target, InstanceConfig instance) {
        return best(target, instance.table())
                .or(() -> best(target, Netlink.TABLE_MAIN))
                .map(way -> new Route(
                        ((IpAddress) target.address()).toInetAddress(),
                        target.length(),
                        way.interfaceIndex(),
                        way.gateway(),
                        instance.table(),
                        METRIC,
                        Netlink.PROTOCOL_GODWIT));
    }

    /** The longest route of somebody else that covers {@code target}, and of these the one with the least metric. */
    private Optional<Route> best(EidPrefix target, int table) {
        return netlink.routes(table).stream()
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
        List<Route> made = routes.remove(hole);
        if (made != null) {
            made.forEach(route -> change(hole, () -> netlink.removeRoute(route)));
        }
    }

    /** Takes all of them back. */
    public void stop() {
        List.copyOf(routes.keySet()).forEach(this::end);
    }

    private static void change(EidPrefix concerned, Runnable change) {
        try {
            change.run();
        } catch (LinuxException e) {
            LOG.warn("{}: {}", concerned, e.getMessage());
        }
    }
}
