package io.godwit.lab.api;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.DataPlane;
import io.godwit.xtr.DataPlaneEvents;
import io.godwit.xtr.fib.Forwarding;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Forwards nothing; tells the control plane what the test wants. */
final class StubDataPlane implements DataPlane {
    private final ArrayDeque<Consumer<DataPlaneEvents>> events = new ArrayDeque<>();
    private Runnable wakeUp = () -> {};

    void happens(Consumer<DataPlaneEvents> event) {
        events.add(event);
        wakeUp.run();
    }

    @Override
    public void start(Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    @Override
    public void put(EidPrefix eid, Forwarding forwarding) {}

    @Override
    public void remove(EidPrefix eid) {}

    @Override
    public int poll(DataPlaneEvents handler, int limit) {
        int count = 0;
        for (; count < limit && !events.isEmpty(); count++) {
            events.remove().accept(handler);
        }
        return count;
    }

    @Override
    public Collection<IpAddress> recentLocators(Duration within) {
        return List.of();
    }

    @Override
    public long packets(EidPrefix eid) {
        return 0;
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of("encapsulated", 7L);
    }

    @Override
    public Map<String, Object> status() {
        return Map.of("threadPlan", "inline");
    }

    @Override
    public void close() {}
}
