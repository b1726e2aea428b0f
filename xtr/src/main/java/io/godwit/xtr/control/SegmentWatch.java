package io.godwit.xtr.control;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.config.SegmentConfig;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.mobility.DynamicEidAgent;
import io.godwit.xtr.control.mobility.Hosts;
import io.godwit.xtr.control.segment.SegmentPort;
import io.godwit.xtr.control.segment.Sighting;
import io.godwit.xtr.control.segment.SiteNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/** The segments with hosts that come and go, and the way of a sighting from a port's thread to the agents on the control thread. */
final class SegmentWatch {
    private static final int MAX_SIGHTINGS_WAITING = 1_024;
    private static final int AT_ONCE = 100;

    /** Who wants to know of hosts that were seen. */
    @FunctionalInterface
    interface Watcher {
        void onSighting(Sighting sighting, int instanceId);
    }

    private final XtrConfig config;
    private final ControlContext context;
    private final SiteNetwork site;
    private final Hosts hosts;
    private final SegmentPort.Opener opener;
    private final Map<String, SegmentPort> ports = new HashMap<>();
    private final Queue<Sighting> sightings = new ManyToOneConcurrentArrayQueue<>(MAX_SIGHTINGS_WAITING);
    private final AtomicBoolean telling = new AtomicBoolean();
    private final AtomicLong sightingsLost = new AtomicLong();
    private List<Watcher> watchers = List.of();

    SegmentWatch(XtrConfig config, ControlContext context, SiteNetwork site, Hosts hosts, SegmentPort.Opener opener) {
        this.hosts = hosts;
        this.config = config;
        this.context = context;
        this.site = site;
        this.opener = opener;
    }

    Optional<SegmentPort> port(String interfaceName) {
        return Optional.ofNullable(ports.get(interfaceName));
    }

    /** Opens the segments; {@code detection} learns which addresses are this router's, and all {@code tell} of every sighting, in order. */
    void start(DynamicEidAgent detection, List<Watcher> tell) {
        watchers = List.copyOf(tell);
        Set<IpAddress> ownAddresses = new HashSet<>(context.locators().addresses());
        Set<MacAddress> ownMacs = new HashSet<>();
        List<SegmentPort.Segment> segments = new ArrayList<>();
        for (SegmentConfig segment : config.segments()) {
            String name = segment.interfaceName();
            List<EidPrefix> prefixes = config.dynamicEids().stream()
                    .filter(d -> d.interfaceName().equals(name))
                    .map(d -> d.prefix())
                    .toList();
            ownAddresses.addAll(site.addresses(name));
            ownMacs.add(site.mac(name));
            if (!prefixes.isEmpty()) {
                segments.add(new SegmentPort.Segment(name, site.mac(name), site.addresses(name), prefixes));
            }
        }
        detection.exclude(ownAddresses, ownMacs);
        for (SegmentPort.Segment segment : segments) {
            ports.put(segment.interfaceName(), opener.open(segment, this::onSighting));
        }
    }

    void close() {
        ports.values().forEach(SegmentPort::close);
    }

    long sightingsLost() {
        return sightingsLost.get();
    }

    /** From any thread: a host was seen. */
    private void onSighting(Sighting sighting) {
        if (sightings.offer(sighting)) {
            tellSoon();
        } else {
            sightingsLost.incrementAndGet();
        }
    }

    private void tellSoon() {
        if (telling.compareAndSet(false, true)) {
            context.timers().execute(() -> {
                telling.set(false);
                hosts.together(this::tellSome);
            });
        }
    }

    /** Other work of the control thread has its turn between some and some more. */
    private void tellSome() {
        int told = 0;
        try {
            for (Sighting next = sightings.poll(); next != null; next = told < AT_ONCE ? sightings.poll() : null) {
                told++;
                tell(next);
            }
        } finally {
            if (!sightings.isEmpty()) {
                tellSoon();
            }
        }
    }

    private void tell(Sighting sighting) {
        config.segments().stream()
                .filter(segment -> segment.interfaceName().equals(sighting.interfaceName()))
                .findFirst()
                .ifPresent(segment -> watchers.forEach(watcher -> watcher.onSighting(sighting, segment.instance())));
    }
}
