package io.godwit.lab.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Asks the daemons what happened since the last time it asked. */
public final class Observer {
    private static final Host[] WITNESSES = {Host.CLOUD_A, Host.CLOUD_B, Host.CLIENT_SITE, Host.MAP_SERVER};

    private static final String DROP = "drop-";

    private final Daemons daemons;
    private final Topology topology;
    private final Map<Host, Long> seen = new EnumMap<>(Host.class);
    private Map<String, Long> drops = Map.of();
    private Map<String, Long> counters = Map.of();
    private Map<String, Long> counted = Map.of();

    public Observer(Daemons daemons, Topology topology) {
        this.daemons = daemons;
        this.topology = topology;
    }

    /** Its events are counted from 1 again. */
    public void restarted(Host host) {
        seen.remove(host);
    }

    /** In the order of their times. */
    public List<NodeEvent> newEvents() {
        List<NodeEvent> events = new ArrayList<>();
        for (Host host : WITNESSES) {
            long since = seen.getOrDefault(host, 0L);
            JsonNode list = daemons.management(host).get("/v1/events?since=" + since);
            for (JsonNode node : list) {
                NodeEvent event = NodeEvent.of(host, node);
                events.add(event);
                seen.merge(host, event.sequence(), Math::max);
            }
        }
        events.sort(Comparator.comparingLong(NodeEvent::epochMillis));
        return events;
    }

    /** Packets that the xTRs, and the kernels on the way, dropped since the last time, by place and reason. */
    public Map<String, Long> newDrops() {
        Map<String, Long> now = new TreeMap<>();
        Map<String, Long> others = new TreeMap<>();
        for (Host host : WITNESSES) {
            if (host.isXtr()) {
                collect(host, daemons.management(host).get("/v1/counters"), now, others);
                KernelDrops.collect(host.title(), topology.of(host), now);
            }
        }
        KernelDrops.collect("core", topology.core(), now);
        KernelDrops.collect("VM", topology.vm(), now);
        KernelDrops.collect("client", topology.client(), now);
        Map<String, Long> difference = since(drops, now);
        drops = now;
        counted = since(counters, others);
        counters = others;
        return difference;
    }

    /** What else the xTRs counted between the last two calls of {@link #newDrops}: which way packets took. */
    public Map<String, Long> newCounts() {
        return counted;
    }

    /** A process that was started again counts from 0. */
    private static Map<String, Long> since(Map<String, Long> before, Map<String, Long> now) {
        Map<String, Long> difference = new TreeMap<>();
        now.forEach((name, count) -> {
            long earlier = before.getOrDefault(name, 0L);
            long more = count < earlier ? count : count - earlier;
            if (more > 0) {
                difference.put(name, more);
            }
        });
        return difference;
    }

    /** Drop reasons are the counters whose names begin with {@code drop-}, in any group. */
    private static void collect(Host host, JsonNode counters, Map<String, Long> into, Map<String, Long> others) {
        counters.properties().forEach(field -> {
            if (field.getValue().isObject()) {
                collect(host, field.getValue(), into, others);
            } else if (field.getKey().startsWith(DROP)) {
                String reason = host.title() + ": " + field.getKey().substring(DROP.length());
                into.merge(reason, field.getValue().asLong(), Long::sum);
            } else {
                others.merge(
                        host.title() + ": " + field.getKey(), field.getValue().asLong(), Long::sum);
            }
        });
    }
}
