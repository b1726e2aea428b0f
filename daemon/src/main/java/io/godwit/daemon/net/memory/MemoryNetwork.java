package io.godwit.daemon.net.memory;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.ControlCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Joins control transports in memory. Datagrams arrive in the order they were sent, after the {@link VirtualTimers} have run, unless a
 * rule drops, duplicates or delays them. Runs on one thread.
 */
public final class MemoryNetwork {
    /** What happens to a datagram; for several rules that match, all of it. */
    private record Rule(Predicate<Datagram> filter, boolean drop, int copies, Duration delay) {}

    private final VirtualTimers timers;
    private final Map<Endpoint, MemoryTransport> transports = new HashMap<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<Datagram> sent = new ArrayList<>();
    private int lost;

    public MemoryNetwork(VirtualTimers timers) {
        this.timers = timers;
    }

    /** Port 4342 on each of the addresses. */
    public ControlTransport open(IpAddress... addresses) {
        return open(ControlCodec.PORT, addresses);
    }

    public ControlTransport open(int port, IpAddress... addresses) {
        MemoryTransport transport = new MemoryTransport(this, List.of(addresses), port);
        for (IpAddress address : addresses) {
            if (transports.putIfAbsent(new Endpoint(address, port), transport) != null) {
                throw new IllegalArgumentException(new Endpoint(address, port) + " is taken");
            }
        }
        return transport;
    }

    /** Drops what matches, until {@link #clearRules}. */
    public void drop(Predicate<Datagram> filter) {
        rules.add(new Rule(filter, true, 1, Duration.ZERO));
    }

    /** Delivers what matches twice. */
    public void duplicate(Predicate<Datagram> filter) {
        rules.add(new Rule(filter, false, 2, Duration.ZERO));
    }

    /** Holds back what matches, so that later datagrams may overtake it. */
    public void delay(Predicate<Datagram> filter, Duration delay) {
        rules.add(new Rule(filter, false, 1, delay));
    }

    public void clearRules() {
        rules.clear();
    }

    /** Everything sent since {@link #forget}, dropped or not. */
    public List<Datagram> sent() {
        return List.copyOf(sent);
    }

    public void forget() {
        sent.clear();
    }

    /** Datagrams dropped by a rule, or for which nobody listened. */
    public int lost() {
        return lost;
    }

    void send(Endpoint from, Endpoint to, byte[] payload) {
        Datagram datagram = new Datagram(timers.nanoTime(), from, to, payload);
        sent.add(datagram);
        int copies = 1;
        Duration delay = Duration.ZERO;
        for (Rule rule : rules) {
            if (rule.filter.test(datagram)) {
                copies = rule.drop ? 0 : copies * rule.copies;
                delay = delay.plus(rule.delay);
            }
        }
        lost += copies == 0 ? 1 : 0;
        for (int i = 0; i < copies; i++) {
            timers.after(delay, () -> deliver(datagram));
        }
    }

    private void deliver(Datagram datagram) {
        MemoryTransport transport = transports.get(datagram.to());
        if (transport == null) {
            lost++;
        } else {
            transport.receive(datagram);
        }
    }

    void close(MemoryTransport transport) {
        transports.values().removeIf(transport::equals);
    }
}
