package io.godwit.xtr.control.etr;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.EventKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registrations at one map-server. Every Map-Register wants a Map-Notify and is repeated after 1, 2, 4 ... 60 s, each time with a new
 * nonce and with what still is to be said, until one comes (RFC 9301 section 5.7).
 */
final class RegistrationSession {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrationSession.class);
    private static final Duration FIRST_RETRANSMISSION = Duration.ofSeconds(1);
    private static final Duration MAX_RETRANSMISSION = Duration.ofSeconds(60);
    private static final int SILENT_AFTER = 3;
    /** IP and UDP headers, Map-Register header, largest MAC and trailer, in a packet of 576 or 1280 octets. */
    private static final int ROOM_IPV4 = 576 - 20 - 8 - 16 - 32 - XtrIdentity.LENGTH;

    private static final int ROOM_IPV6 = 1280 - 40 - 8 - 16 - 32 - XtrIdentity.LENGTH;
    private static final int MAX_RECORDS = 255;

    /** The registration of one EID-prefix. */
    static final class Registration {
        RegistrationState state = RegistrationState.PENDING;
        long changedMillis;
        long confirmedMillis;
    }

    private static final class Batch {
        final Set<EidPrefix> eids;
        final boolean withdrawal;
        final List<Long> nonces = new ArrayList<>();
        Duration wait = Duration.ZERO;
        Timers.@Nullable Timer timer;

        Batch(Collection<EidPrefix> eids, boolean withdrawal) {
            this.eids = new HashSet<>(eids);
            this.withdrawal = withdrawal;
        }
    }

    private final ControlContext context;
    private final MapServer server;
    private final SiteDatabase database;
    private final RegisterNonce nonces;
    private final XtrIdentity identity;
    private final Map<EidPrefix, Registration> registrations = new LinkedHashMap<>();
    private final Map<EidPrefix, Batch> batchOf = new HashMap<>();
    private final Long2ObjectHashMap<Batch> byNonce = new Long2ObjectHashMap<>();
    private boolean silent;
    private long lastNotifyMillis;
    /** Spares refreshes, where both ends want that. */
    private final Optional<RefreshSession> keeper;

    RegistrationSession(
            ControlContext context,
            MapServer server,
            SiteDatabase database,
            RegisterNonce nonces,
            XtrIdentity identity,
            FrameStream.Connector connector) {
        this.context = context;
        this.server = server;
        this.database = database;
        this.nonces = nonces;
        this.identity = identity;
        keeper = server.sessionPort().map(port -> new RefreshSession(context, server, identity, connector, new Kept()));
    }

    void start() {
        keeper.ifPresent(RefreshSession::start);
    }

    private final class Kept implements RefreshSession.Listener {
        @Override
        public void begun() {
            split(List.copyOf(registrations.keySet()), false);
        }

        @Override
        public void ended() {
            refresh();
        }
    }

    private boolean isKept(EidPrefix eid) {
        return isConfirmed(eid) && keeper.filter(RefreshSession::keeps).isPresent();
    }

    MapServer server() {
        return server;
    }

    Map<EidPrefix, Registration> registrations() {
        return registrations;
    }

    /** 0 when none came yet. */
    long lastNotifyMillis() {
        return lastNotifyMillis;
    }

    boolean isSilent() {
        return silent;
    }

    boolean isConfirmed(EidPrefix eid) {
        Registration registration = registrations.get(eid);
        return registration != null && registration.state == RegistrationState.REGISTERED && !batchOf.containsKey(eid);
    }

    void register(Collection<EidPrefix> eids) {
        for (EidPrefix eid : eids) {
            registrations.computeIfAbsent(eid, e -> {
                Registration fresh = new Registration();
                fresh.changedMillis = context.timers().epochMillis();
                return fresh;
            });
        }
        split(eids, false);
    }

    /** Everything again that is not being repeated anyhow, nor kept by a session. */
    void refresh() {
        split(
                registrations.keySet().stream()
                        .filter(eid -> !batchOf.containsKey(eid) && !isKept(eid))
                        .toList(),
                false);
    }

    void forget(EidPrefix eid) {
        registrations.remove(eid);
        leaveBatch(eid);
    }

    void withdraw(Collection<EidPrefix> eids) {
        eids.forEach(this::forget);
        split(eids, true);
    }

    /** Takes back everything, twice, since nobody will be here to read an answer, and then says no more. */
    void close(Collection<EidPrefix> all) {
        keeper.ifPresent(RefreshSession::close);
        withdraw(all);
        withdraw(all);
        Set.copyOf(batchOf.values()).forEach(this::finish);
    }

    private void split(Collection<EidPrefix> eids, boolean withdrawal) {
        int room = server.address().isIpv4() ? ROOM_IPV4 : ROOM_IPV6;
        List<EidPrefix> chunk = new ArrayList<>();
        int used = 0;
        for (EidPrefix eid : eids) {
            int length = database.encodedLength(eid);
            if (!chunk.isEmpty() && (used + length > room || chunk.size() == MAX_RECORDS)) {
                start(new Batch(chunk, withdrawal));
                chunk.clear();
                used = 0;
            }
            chunk.add(eid);
            used += length;
        }
        if (!chunk.isEmpty()) {
            start(new Batch(chunk, withdrawal));
        }
    }

    private void start(Batch batch) {
        for (EidPrefix eid : batch.eids) {
            leaveBatch(eid);
            batchOf.put(eid, batch);
        }
        transmit(batch);
    }

    /** What is said of {@code eid} from now on is in another message: do not repeat the older one. */
    private void leaveBatch(EidPrefix eid) {
        Batch batch = batchOf.remove(eid);
        if (batch != null) {
            batch.eids.remove(eid);
            if (batch.eids.isEmpty()) {
                finish(batch);
            }
        }
    }

    private void finish(Batch batch) {
        if (batch.timer != null) {
            batch.timer.cancel();
        }
        batch.nonces.forEach(nonce -> byNonce.remove(nonce.longValue()));
        batch.eids.forEach(eid -> batchOf.remove(eid, batch));
    }

    private void transmit(Batch batch) {
        long nonce = nonces.next();
        batch.nonces.add(nonce);
        byNonce.put(nonce, batch);
        batch.wait = batch.wait.isZero() ? FIRST_RETRANSMISSION : doubled(batch.wait);
        batch.timer = context.timers().after(batch.wait, () -> onTimeout(batch));
        List<EidRecord> records = batch.eids.stream()
                .map(eid -> batch.withdrawal ? database.withdrawal(eid) : database.eidRecord(eid))
                .toList();
        Set<MapRegister.Flag> flags = EnumSet.of(MapRegister.Flag.WANT_MAP_NOTIFY);
        if (server.proxyReply()) {
            flags.add(MapRegister.Flag.PROXY_REPLY);
        }
        var register = new MapRegister(flags, nonce, AuthenticationData.UNSIGNED, records, Optional.of(identity));
        context.sender().sendSigned(register, server.key(), new Endpoint(server.address(), ControlCodec.PORT));
        context.count(ControlCounter.MAP_REGISTERS_SENT);
    }

    private static Duration doubled(Duration wait) {
        Duration doubled = wait.multipliedBy(2);
        return doubled.compareTo(MAX_RETRANSMISSION) < 0 ? doubled : MAX_RETRANSMISSION;
    }

    private void onTimeout(Batch batch) {
        if (batch.nonces.size() >= SILENT_AFTER) {
            becomeSilent(batch);
            if (batch.withdrawal) {
                finish(batch);
                keeper.ifPresent(RefreshSession::reset);
                return;
            }
        }
        context.count(ControlCounter.MAP_REGISTERS_RETRANSMITTED);
        transmit(batch);
        if (batch.nonces.size() > SILENT_AFTER) {
            // An answer to one that old would be no news.
            byNonce.remove(batch.nonces.removeFirst().longValue());
        }
    }

    private void becomeSilent(Batch batch) {
        batch.eids.forEach(eid -> change(eid, RegistrationState.SILENT));
        if (!silent) {
            silent = true;
            LOG.warn(
                    "map-server {} does not confirm registrations: check that it is reachable, that it has {} for this"
                            + " site, and that it allows the EID-prefixes",
                    server.address(),
                    server.key());
        }
    }

    /**
     * @return the EID-prefixes that this message answers a Map-Register about, or empty when its nonce is none of ours
     */
    Optional<Set<EidPrefix>> onNotify(MapNotify notify) {
        lastNotifyMillis = context.timers().epochMillis();
        Batch batch = byNonce.get(notify.nonce());
        if (batch == null) {
            return Optional.empty();
        }
        if (silent) {
            silent = false;
            LOG.info("map-server {} confirms registrations again", server.address());
        }
        Set<EidPrefix> confirmed = new HashSet<>();
        notify.records().forEach(r -> EidPrefix.of(r.eid(), r.maskLength()).ifPresent(confirmed::add));
        Set<EidPrefix> answered = Set.copyOf(batch.eids);
        finish(batch);
        if (!batch.withdrawal) {
            answered.forEach(eid ->
                    change(eid, confirmed.contains(eid) ? RegistrationState.REGISTERED : RegistrationState.REFUSED));
        }
        return Optional.of(answered);
    }

    private void change(EidPrefix eid, RegistrationState state) {
        Registration registration = registrations.get(eid);
        if (registration == null) {
            return;
        }
        long now = context.timers().epochMillis();
        if (state == RegistrationState.REGISTERED) {
            registration.confirmedMillis = now;
        }
        if (registration.state == state) {
            return;
        }
        registration.state = state;
        registration.changedMillis = now;
        String at = "at " + server.address();
        switch (state) {
            case REGISTERED -> context.events().add(EventKind.REGISTERED, eid, at);
            case REFUSED -> {
                context.events().add(EventKind.REGISTRATION_REFUSED, eid, at);
                LOG.warn("map-server {} refuses {}: this site may not register it there", server.address(), eid);
            }
            case SILENT -> context.events().add(EventKind.REGISTRATION_SILENT, eid, at);
            case PENDING -> {}
        }
    }
}
