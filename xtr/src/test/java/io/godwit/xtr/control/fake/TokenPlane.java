package io.godwit.xtr.control.fake;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.DataPlane;
import io.godwit.xtr.DataPlaneEvents;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The forwarding path of an xTR of a {@link MoveWorld}: what {@link Forwarding} says, for tokens. */
final class TokenPlane implements DataPlane {
    private final MoveWorld world;
    private final MoveSite site;
    private final Map<EidPrefix, Forwarding> entries = new HashMap<>();
    private final Deque<Token> parked = new ArrayDeque<>();
    private final Deque<Consumer<DataPlaneEvents>> events = new ArrayDeque<>();
    /** How many of those that are parked wait in the guest's card too. */
    private int ahead;

    private Runnable wakeUp = () -> {};
    /** The first packet from the holder of the expected guest has come. */
    private boolean holderLetGo;

    TokenPlane(MoveWorld world, MoveSite site) {
        this.world = world;
        this.site = site;
    }

    void kill() {
        parked.forEach(token -> world.lose(token, "process killed"));
        parked.clear();
        ahead = 0;
        entries.clear();
    }

    /** @param from where it comes from; empty for one that waited here */
    void receive(Token token, Optional<IpAddress> from) {
        Forwarding forwarding = entries.get(MoveWorld.GUEST);
        switch (forwarding) {
            case null -> {
                world.lose(token, "not local at " + site.rloc);
                from.ifPresent(rloc -> happens(e -> e.onNotLocal(0, MoveWorld.GUEST_IP, rloc)));
            }
            case Forwarding.Local local -> world.deliver(token, site);
            case Forwarding.Away(List<Locator> to, boolean unannounced) -> {
                boolean back = from.isPresent() && to.getFirst().address().equals(from.get());
                if (back) {
                    world.lose(token, "loop at " + site.rloc);
                } else {
                    sendOn(token, to, from);
                }
            }
            case Forwarding.Leaving(List<Locator> to, boolean held) -> sendOn(token, to, from);
            case Forwarding.Expected(List<Locator> holders) -> expected(token, holders, from);
            case Forwarding.Arriving(int allowed) -> {
                parked.add(token);
                letAhead(allowed);
            }
            case Forwarding.Remote remote -> world.lose(token, "not local at " + site.rloc);
            case Forwarding.Dynamic dynamic -> world.lose(token, "not local at " + site.rloc);
            case Forwarding.Negative negative -> world.lose(token, "not local at " + site.rloc);
        }
    }

    private void expected(Token token, List<Locator> holders, Optional<IpAddress> from) {
        boolean fromHolder =
                from.isPresent() && holders.stream().anyMatch(h -> h.address().equals(from.get()));
        if (fromHolder && !holderLetGo) {
            holderLetGo = true;
            happens(e -> e.onArriving(0, MoveWorld.GUEST_IP, from.get()));
        }
        if (holderLetGo) {
            parked.add(token);
        } else {
            sendOn(token, holders, from);
        }
    }

    private void letAhead(int allowed) {
        parked.stream().limit(allowed).skip(ahead).forEach(token -> world.waitInCard(token, site));
        ahead = Math.max(ahead, Math.min(allowed, parked.size()));
    }

    private void sendOn(Token token, List<Locator> to, Optional<IpAddress> from) {
        world.carry(token, site.rloc, to.getFirst().address());
        from.ifPresent(rloc -> happens(e -> e.onAwayTraffic(0, MoveWorld.GUEST_IP, rloc)));
    }

    private void happens(Consumer<DataPlaneEvents> event) {
        events.add(event);
        wakeUp.run();
    }

    @Override
    public void start(Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    @Override
    public void put(EidPrefix eid, Forwarding forwarding) {
        entries.put(eid, forwarding);
        if (eid.equals(MoveWorld.GUEST)) {
            holderLetGo = false;
            release();
        }
    }

    @Override
    public void remove(EidPrefix eid) {
        entries.remove(eid);
        release();
    }

    private void release() {
        Forwarding now = entries.get(MoveWorld.GUEST);
        if (now instanceof Forwarding.Arriving(int allowed)) {
            letAhead(allowed);
        } else {
            List<Token> waited = parked.stream()
                    .skip(now instanceof Forwarding.Local ? ahead : 0)
                    .toList();
            parked.clear();
            ahead = 0;
            waited.forEach(token -> receive(token, Optional.empty()));
        }
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
        return List.of(MoveWorld.CLIENT);
    }

    @Override
    public long packets(EidPrefix eid) {
        return 0;
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    public Map<String, Object> status() {
        return Map.of();
    }

    @Override
    public void close() {
        // Nothing open.
    }
}
