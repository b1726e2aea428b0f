package io.godwit.mapserver.registration;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.MappingDatabase.Outcome;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.notify.ChangeNotifier;
import io.godwit.mapserver.site.RefusalReason;
import io.godwit.mapserver.site.Refusals;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRegister;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.DirectBuffer;

/**
 * A Map-Register's way: the site whose prefix it names, the key it names, the MAC, the Site-ID, the nonce, and then each record by itself
 * (RFC 9301 sections 5.6 and 8.2). Who is refused gets no answer.
 */
public final class Registrar {
    private final Sites sites;
    private final MappingDatabase database;
    private final ChangeNotifier notifier;
    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final Refusals refusals;
    private final ReplayGuard replays;
    private MovementPolicy policy = MovementPolicy.ANY;

    /** An authenticated message. */
    private record Authentic(MapRegister register, Registrant by, boolean repeated) {}

    public Registrar(
            Sites sites,
            MappingDatabase database,
            ChangeNotifier notifier,
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            Refusals refusals,
            NonceStore nonces) {
        this.sites = sites;
        this.database = database;
        this.notifier = notifier;
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        this.refusals = refusals;
        replays = new ReplayGuard(nonces);
    }

    public void policy(MovementPolicy newPolicy) {
        policy = newPolicy;
    }

    public void onRegister(
            MapRegister register, DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint source) {
        counters.increment(Counter.MAP_REGISTERS);
        Optional<Authentic> authentic = authenticate(register, buffer, offset, length, source);
        if (authentic.isEmpty()) {
            counters.increment(Counter.MAP_REGISTERS_REFUSED);
            return;
        }
        List<EidRecord> confirmed = new ArrayList<>(register.records().size());
        for (EidRecord record : register.records()) {
            apply(authentic.get(), record, source).ifPresent(confirmed::add);
        }
        if (register.has(MapRegister.Flag.WANT_MAP_NOTIFY) && !confirmed.isEmpty()) {
            counters.increment(Counter.MAP_NOTIFIES_SENT);
            MapNotify notify =
                    new MapNotify(register.nonce(), AuthenticationData.UNSIGNED, confirmed, register.identity());
            out.sendSigned(notify, authentic.get().by().key(), local, source);
        }
    }

    private Optional<Authentic> authenticate(
            MapRegister register, DirectBuffer buffer, int offset, int length, Endpoint source) {
        Optional<Site> site = site(register);
        if (site.isEmpty()) {
            return refused(Refusals.NO_SITE, RefusalReason.UNKNOWN_SITE, source, register);
        }
        String name = site.get().name();
        Optional<AuthenticationKey> key = site.get().key(register.authentication());
        if (key.isEmpty()) {
            return refused(name, RefusalReason.UNKNOWN_KEY, source, register);
        }
        if (!out.verify(buffer, offset, length, key.get())) {
            return refused(name, RefusalReason.WRONG_AUTHENTICATION, source, register);
        }
        if (hasOtherSiteId(register, site.get())) {
            return refused(name, RefusalReason.WRONG_SITE_ID, source, register);
        }
        XtrKey xtr = XtrKey.of(register.identity(), source.address());
        boolean repeated = false;
        if (site.get().replayProtection()) {
            switch (replays.check(name, xtr, register)) {
                case FRESH -> {}
                case REPEATED -> {
                    counters.increment(Counter.MAP_REGISTERS_REPEATED);
                    repeated = true;
                }
                case REPLAYED -> {
                    return refused(name, RefusalReason.REPLAYED, source, register);
                }
            }
        }
        return Optional.of(new Authentic(register, registrant(register, xtr, site.get(), key.get(), source), repeated));
    }

    /** The site of the first record that lies in any site's prefix; the others must lie in the same site's. */
    private Optional<Site> site(MapRegister register) {
        for (EidRecord record : register.records()) {
            Optional<Site> site = EidPrefix.of(record.eid(), record.maskLength())
                    .flatMap(sites::owner)
                    .map(Sites.Owner::site);
            if (site.isPresent()) {
                return site;
            }
        }
        return Optional.empty();
    }

    private static boolean hasOtherSiteId(MapRegister register, Site site) {
        return site.siteId().isPresent()
                && register.identity().isPresent()
                && register.identity().get().siteId() != site.siteId().get();
    }

    private static Registrant registrant(
            MapRegister register, XtrKey xtr, Site site, AuthenticationKey key, Endpoint source) {
        return new Registrant(
                xtr,
                site,
                key,
                source,
                site.proxyReply().orElse(register.has(MapRegister.Flag.PROXY_REPLY)),
                register.has(MapRegister.Flag.MERGE),
                register.has(MapRegister.Flag.WANT_MAP_NOTIFY),
                register.has(MapRegister.Flag.USE_TTL));
    }

    private Optional<Authentic> refused(String site, RefusalReason reason, Endpoint source, MapRegister register) {
        String of = register.records().isEmpty()
                ? "nothing"
                : name(register.records().getFirst());
        refusals.refuse(site, reason, source, "Map-Register of " + of);
        return Optional.empty();
    }

    /** Stores one record, and says what the xTR is told of it. */
    private Optional<EidRecord> apply(Authentic message, EidRecord record, Endpoint source) {
        Registrant by = message.by();
        Optional<EidPrefix> prefix = EidPrefix.of(record.eid(), record.maskLength());
        if (prefix.isEmpty() || !sites.mayRegister(by.site(), prefix.get())) {
            return refuse(by, RefusalReason.PREFIX_NOT_ALLOWED, source, record);
        }
        if (message.repeated()) {
            return Optional.of(current(prefix.get(), by, record));
        }
        if (!mayTake(prefix.get(), by, record)) {
            return refuse(by, RefusalReason.POLICY, source, record);
        }
        return switch (database.register(prefix.get(), by, record, timers.nanoTime())) {
            case Outcome.Accepted(int entry) -> {
                counters.increment(Counter.RECORDS_ACCEPTED);
                yield Optional.of(by.merge() ? database.mapping(entry).view() : record);
            }
            case Outcome.Withdrawn() -> {
                counters.increment(Counter.RECORDS_WITHDRAWN);
                notifier.onWithdrawn(prefix.get(), by);
                yield Optional.of(record);
            }
            case Outcome.Stale(var mapping, var departure) -> {
                counters.increment(Counter.RECORDS_STALE);
                notifier.onStale(mapping, departure);
                yield Optional.of(mapping.view());
            }
            case Outcome.Full() -> refuse(by, RefusalReason.TABLE_FULL, source, record);
        };
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean mayTake(EidPrefix prefix, Registrant by, EidRecord record) {
        return policy == MovementPolicy.ANY
                || record.ttlMinutes() == 0
                || policy.mayTake(prefix, by, database.get(prefix));
    }

    /** The answer to a repeated message, which must not change anything: as stored, or as it stands now without the xTR. */
    private EidRecord current(EidPrefix prefix, Registrant by, EidRecord record) {
        return database.get(prefix)
                .filter(mapping -> by.merge() || mapping.isDeparted(by.xtr()))
                .map(mapping -> mapping.view())
                .orElse(record);
    }

    private Optional<EidRecord> refuse(Registrant by, RefusalReason reason, Endpoint source, EidRecord record) {
        counters.increment(Counter.RECORDS_REFUSED);
        refusals.refuse(by.site().name(), reason, source, name(record));
        return Optional.empty();
    }

    private static String name(EidRecord record) {
        return record.eid() + "/" + record.maskLength();
    }
}
