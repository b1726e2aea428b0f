package io.godwit.xtr.control.mobility;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells first-hop routers that an EID of theirs has left: by a Map-Notify that is repeated until its Map-Notify-Ack comes, as
 * map-servers repeat theirs (RFC 9301 section 5.7).
 */
final class FirstHopNotifier {
    private static final List<Duration> WAITS = List.of(
            Duration.ofSeconds(3),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3),
            Duration.ofSeconds(6),
            Duration.ofSeconds(12),
            Duration.ofSeconds(24));

    /** A router that never answers is not told more than that at a time. */
    private static final int MAX_UNACKNOWLEDGED = 10_000;

    private final ControlContext context;
    private final Map<Key, Departure> byKey = new HashMap<>();
    private final Long2ObjectHashMap<Departure> byNonce = new Long2ObjectHashMap<>();

    private record Key(FirstHopRouter router, EidPrefix eid) {}

    private static final class Departure {
        final Key key;
        final long nonce;
        final EidRecord eidRecord;
        int waits;
        Timers.@Nullable Timer timer;

        Departure(Key key, long nonce, EidRecord eidRecord) {
            this.key = key;
            this.nonce = nonce;
            this.eidRecord = eidRecord;
        }
    }

    FirstHopNotifier(ControlContext context) {
        this.context = context;
    }

    /** @param eidRecord of {@code eid}, with the locators where it is now */
    void left(FirstHopRouter router, EidPrefix eid, EidRecord eidRecord) {
        cancel(router, eid);
        if (byKey.size() >= MAX_UNACKNOWLEDGED) {
            context.count(ControlCounter.FIRST_HOP_NOTIFIES_UNACKNOWLEDGED);
            return;
        }
        Departure departure =
                new Departure(new Key(router, eid), context.random().nextLong(), eidRecord);
        byKey.put(departure.key, departure);
        byNonce.put(departure.nonce, departure);
        transmit(departure);
    }

    /** Whether {@code router} has not acknowledged yet that {@code eid} has left. */
    boolean isUnacknowledged(FirstHopRouter router, EidPrefix eid) {
        return byKey.containsKey(new Key(router, eid));
    }

    /** The EID is behind {@code router} again. */
    void cancel(FirstHopRouter router, EidPrefix eid) {
        Departure departure = byKey.get(new Key(router, eid));
        if (departure != null) {
            end(departure);
        }
    }

    /** @return whether {@code router} acknowledges something by {@code nonce} */
    boolean onAck(FirstHopRouter router, long nonce) {
        Departure departure = byNonce.get(nonce);
        boolean ours = departure != null && departure.key.router.equals(router);
        if (ours) {
            end(departure);
        }
        return ours;
    }

    private void end(Departure departure) {
        byKey.remove(departure.key);
        byNonce.remove(departure.nonce);
        if (departure.timer != null) {
            departure.timer.cancel();
        }
    }

    private void transmit(Departure departure) {
        FirstHopRouter router = departure.key.router;
        send(context.sender(), router.key, departure, router.local, router.endpoint);
        context.count(ControlCounter.FIRST_HOP_NOTIFIES_SENT);
        Duration wait = WAITS.get(Math.min(departure.waits, WAITS.size() - 1));
        departure.timer = context.timers().after(wait, () -> onTimeout(departure));
    }

    private static void send(
            ControlSender sender, AuthenticationKey key, Departure departure, Optional<IpAddress> from, Endpoint to) {
        var notify = new MapNotify(
                departure.nonce, AuthenticationData.UNSIGNED, List.of(departure.eidRecord), Optional.empty());
        from.ifPresentOrElse(
                local -> sender.sendSigned(notify, key, local, to), () -> sender.sendSigned(notify, key, to));
    }

    private void onTimeout(Departure departure) {
        if (departure.waits++ < WAITS.size()) {
            transmit(departure);
        } else {
            context.count(ControlCounter.FIRST_HOP_NOTIFIES_UNACKNOWLEDGED);
            end(departure);
        }
    }
}
