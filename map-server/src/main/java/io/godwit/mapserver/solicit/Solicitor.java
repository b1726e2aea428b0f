package io.godwit.mapserver.solicit;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.EidTable;
import io.godwit.mapping.ExpiryWheel;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Knows for a while which ITRs were given an answer that a later registration makes wrong: a negative one, or one that covers more than a
 * host. Those that did not subscribe get a Solicit-Map-Request when it does (RFC 9301 section 6.1), at most one in three seconds an RLOC.
 *
 * <p>Who asks is not authenticated: the table is bounded, the oldest makes room, and an RLOC costs less than it was asked for.
 */
public final class Solicitor {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long INTERVAL_NANOS = 3 * SECOND_NANOS;
    private static final int MAX_WAITING_FOR_AN_RLOC = 64;
    private static final long TICK_NANOS = 100_000_000L;
    private static final int WHEEL_SLOTS = 64;

    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final int capacity;
    private final EidTable<Set<IpAddress>> itrs = EidTable.create();
    /** When the answer ends, the oldest first. */
    private final Map<Asked, Long> ends = new LinkedHashMap<>();

    private final Map<IpAddress, LinkedHashSet<EidPrefix>> waiting = new HashMap<>();
    private final ExpiryWheel<IpAddress> pauses;
    private long nonce;

    private record Asked(EidPrefix answered, IpAddress itr) {}

    /** @param capacity ITRs and answers remembered */
    public Solicitor(ControlSender out, Timers timers, Counters<Counter> counters, int capacity) {
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        this.capacity = capacity;
        pauses = new ExpiryWheel<>(TICK_NANOS, WHEEL_SLOTS, timers.nanoTime());
        nonce = timers.epochMillis() << 20;
    }

    /** Answers remembered. */
    public int size() {
        return ends.size();
    }

    /** The ITR was given this. A host's positive answer is not remembered: who loses the host solicits those who send to it. */
    public void answered(IpAddress itr, EidRecord record) {
        EidPrefix prefix = EidPrefix.of(record.eid(), record.maskLength()).orElse(null);
        if (prefix == null || (prefix.isHost() && !record.locators().isEmpty())) {
            return;
        }
        Asked asked = new Asked(prefix, itr);
        long minutes = Math.min(Integer.toUnsignedLong(record.ttlMinutes()), 60);
        boolean known = ends.remove(asked) != null;
        if (!known && ends.size() >= capacity) {
            forget(ends.keySet().iterator().next());
        }
        ends.put(asked, timers.nanoTime() + minutes * 60 * SECOND_NANOS);
        if (!known) {
            Set<IpAddress> all = itrs.get(prefix).orElseGet(() -> new LinkedHashSet<>(2));
            all.add(itr);
            itrs.put(prefix, all);
        }
    }

    private void forget(Asked asked) {
        ends.remove(asked);
        itrs.get(asked.answered()).ifPresent(all -> {
            all.remove(asked.itr());
            if (all.isEmpty()) {
                itrs.remove(asked.answered());
            }
        });
    }

    /** Solicits those whose answer is wrong now. They ask again, and are remembered with the new answer. */
    public void onChange(MappingChange change) {
        if (ends.isEmpty()) {
            return;
        }
        EidPrefix prefix = change.mapping().prefix();
        List<Asked> concerned = new ArrayList<>();
        itrs.get(prefix).ifPresent(all -> all.forEach(itr -> concerned.add(new Asked(prefix, itr))));
        itrs.forEachLessSpecific(prefix, (cover, all) -> all.forEach(itr -> concerned.add(new Asked(cover, itr))));
        itrs.forEachMoreSpecific(prefix, (part, all) -> all.forEach(itr -> concerned.add(new Asked(part, itr))));
        long now = timers.nanoTime();
        for (Asked asked : concerned) {
            boolean current = ends.getOrDefault(asked, now) - now > 0;
            forget(asked);
            if (current) {
                solicit(asked.itr(), prefix.covers(asked.answered()) ? asked.answered() : prefix);
            }
        }
    }

    private void solicit(IpAddress itr, EidPrefix about) {
        LinkedHashSet<EidPrefix> queue = waiting.get(itr);
        if (queue != null) {
            if (queue.size() < MAX_WAITING_FOR_AN_RLOC) {
                queue.add(about);
            }
            return;
        }
        if (waiting.size() >= capacity) {
            return;
        }
        waiting.put(itr, new LinkedHashSet<>());
        send(itr, about);
    }

    private void send(IpAddress itr, EidPrefix about) {
        pauses.start(itr, timers.nanoTime() + INTERVAL_NANOS);
        Optional<LispAddress> own = out.transport().localAddresses().stream()
                .filter(address -> address.bits() == itr.bits())
                .<LispAddress>map(address -> address)
                .findFirst();
        if (own.isEmpty()) {
            return;
        }
        counters.increment(Counter.SMRS_SENT);
        MapRequest smr = new MapRequest(
                Set.of(MapRequest.Flag.SMR, MapRequest.Flag.DO_NOT_REPLY),
                nonce++,
                about.toAddress(),
                List.of(own.get()),
                List.of(new MapRequest.RequestedEid(false, about.length(), about.toAddress())),
                Optional.empty(),
                Optional.empty());
        out.send(smr, new Endpoint(itr, ControlCodec.PORT));
    }

    /** Sends what waited for its RLOC's pause to end, looking at {@code limit} at most; returns whether nothing that is due is left. */
    public boolean poll(int limit) {
        long now = timers.nanoTime();
        Iterator<Map.Entry<Asked, Long>> oldest = ends.entrySet().iterator();
        for (int i = 0; i < limit && oldest.hasNext(); i++) {
            Map.Entry<Asked, Long> entry = oldest.next();
            if (entry.getValue() - now > 0) {
                break;
            }
            forget(entry.getKey());
            oldest = ends.entrySet().iterator();
        }
        return pauses.poll(now, limit, this::next);
    }

    private void next(IpAddress itr) {
        LinkedHashSet<EidPrefix> queue = waiting.get(itr);
        if (queue == null || queue.isEmpty()) {
            waiting.remove(itr);
        } else {
            send(itr, queue.removeFirst());
        }
    }
}
