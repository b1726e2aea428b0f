package io.godwit.xtr.control.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.DataPlane;
import io.godwit.xtr.DataPlaneEvents;
import io.godwit.xtr.fib.Forwarding;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Remembers what the control plane wants, and tells it what the test wants. */
public final class RecordingDataPlane implements DataPlane {
    public final Map<EidPrefix, Forwarding> entries = new LinkedHashMap<>();
    /** What there was when packets began to come. */
    public final Map<EidPrefix, Forwarding> entriesAtStart = new HashMap<>();

    public final Map<EidPrefix, Long> packets = new HashMap<>();
    /** Every put and remove, in order: {@code put 10.1.0.5/32 Local[]}. */
    public final List<String> history = new ArrayList<>();

    public final List<IpAddress> recent = new ArrayList<>();
    /** What is added to LISP headers of inner IPv4 packets, by locator. */
    public final Map<IpAddress, Long> headers = new HashMap<>();

    public final Set<IpAddress> silent = new HashSet<>();

    public Collection<IpAddress> refused = List.of();
    private final Deque<Consumer<DataPlaneEvents>> events = new ArrayDeque<>();
    private Runnable wakeUp = () -> {};
    public boolean closed;
    /** Times that it was told to hurry. */
    public int hurries;

    /** Called at each put, before it is done. */
    public Runnable onPut = () -> {};

    public Optional<Forwarding> entry(String eid) {
        return Optional.ofNullable(entries.get(EidPrefix.parse(eid)));
    }

    public void happens(Consumer<DataPlaneEvents> event) {
        events.add(event);
        wakeUp.run();
    }

    @Override
    public void hurry() {
        hurries++;
    }

    @Override
    public void start(Runnable wakeUp) {
        this.wakeUp = wakeUp;
        entriesAtStart.putAll(entries);
    }

    @Override
    public void put(EidPrefix eid, Forwarding forwarding) {
        onPut.run();
        history.add("put " + eid + " " + forwarding);
        entries.put(eid, forwarding);
        packets.put(eid, 0L);
    }

    @Override
    public void remove(EidPrefix eid) {
        history.add("remove " + eid);
        entries.remove(eid);
    }

    @Override
    public int poll(DataPlaneEvents handler, int limit) {
        int count = 0;
        while (count < limit && !events.isEmpty()) {
            events.remove().accept(handler);
            count++;
        }
        return count;
    }

    @Override
    public Collection<IpAddress> recentLocators(Duration within) {
        return List.copyOf(recent);
    }

    @Override
    public boolean sentLately(int sourcePort, int instanceId, IpAddress eid, IpAddress locator) {
        return recent.contains(locator);
    }

    @Override
    public void header(IpAddress locator, long ipv4, long ipv6) {
        headers.put(locator, ipv4);
    }

    @Override
    public void silent(IpAddress locator, boolean isSilent) {
        assertThat(isSilent ? silent.add(locator) : silent.remove(locator))
                .as("told once")
                .isTrue();
    }

    @Override
    public void refuseStale(Collection<IpAddress> itrs) {
        refused = itrs;
    }

    @Override
    public long packets(EidPrefix eid) {
        return packets.getOrDefault(eid, 0L);
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    public Map<String, Object> status() {
        return Map.of("threadPlan", "inline");
    }

    @Override
    public void close() {
        closed = true;
    }
}
