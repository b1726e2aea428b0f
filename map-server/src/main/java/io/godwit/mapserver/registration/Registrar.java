package io.godwit.mapserver.registration;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.MappingDatabase.Outcome;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.notify.ChangeNotifier;
import io.godwit.mapserver.site.RefusalReason;
import io.godwit.mapserver.site.Refusals;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.data.MapVersion;
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
    private final RegisterAuthentication authentication;
    private MovementPolicy policy = MovementPolicy.NONE;

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
        authentication = new RegisterAuthentication(sites, out, counters, refusals, new ReplayGuard(nonces));
    }

    public void policy(MovementPolicy newPolicy) {
        policy = newPolicy;
        authentication.policy(newPolicy);
    }

    public void onRegister(
            MapRegister register, DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint source) {
        counters.increment(Counter.MAP_REGISTERS);
        Optional<Authentic> authentic = authentication.check(register, buffer, offset, length, source);
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

    /** Stores one record, and says what the xTR is told of it. */
    private Optional<EidRecord> apply(Authentic message, EidRecord record, Endpoint source) {
        Registrant by = message.by();
        Optional<EidPrefix> prefix = EidPrefix.of(record.eid(), record.maskLength());
        boolean own = prefix.isPresent() && sites.mayRegister(by.site(), prefix.get());
        if (prefix.isEmpty() || (!own && !policy.hosts().contains(by.site()))) {
            return refuse(by, RefusalReason.PREFIX_NOT_ALLOWED, source, name(record));
        }
        if (message.repeated()) {
            return Optional.of(current(prefix.get(), by, record));
        }
        if (isOlder(prefix.get(), record)) {
            return refuse(by, RefusalReason.OLD_VERSION, source, name(record));
        }
        Optional<String> refusal = own ? Optional.empty() : refusal(prefix.get(), by, record);
        if (refusal.isPresent()) {
            return refuse(by, RefusalReason.POLICY, source, name(record) + " (" + refusal.get() + ")");
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
            case Outcome.Full() -> refuse(by, RefusalReason.TABLE_FULL, source, name(record));
        };
    }

    /** Why a site may not have what belongs to another; to withdraw it, and to be told that it lost it, needs no permission. */
    private Optional<String> refusal(EidPrefix prefix, Registrant by, EidRecord record) {
        Optional<Mapping> current = database.get(prefix);
        boolean free = record.ttlMinutes() == 0
                || record.locators().isEmpty()
                || current.stream().anyMatch(mapping -> mapping.isDeparted(by.xtr()));
        return free ? Optional.empty() : policy.refusal(prefix, by, record, current);
    }

    /** Than what is registered (RFC 9302 section 5); the null version cannot be compared. */
    private boolean isOlder(EidPrefix prefix, EidRecord record) {
        int version = record.mapVersion();
        return version != MapVersion.NULL
                && record.ttlMinutes() != 0
                && database.get(prefix).stream()
                        .flatMap(mapping -> mapping.contributions().stream())
                        .map(contribution -> contribution.record().mapVersion())
                        .anyMatch(known -> known != MapVersion.NULL && MapVersion.compare(version, known) < 0);
    }

    /** The answer to a repeated message, which must not change anything: as stored, or as it stands now without the xTR. */
    private EidRecord current(EidPrefix prefix, Registrant by, EidRecord record) {
        return database.get(prefix)
                .filter(mapping -> by.merge() || mapping.isDeparted(by.xtr()))
                .map(mapping -> mapping.view())
                .orElse(record);
    }

    private Optional<EidRecord> refuse(Registrant by, RefusalReason reason, Endpoint source, String what) {
        counters.increment(Counter.RECORDS_REFUSED);
        refusals.refuse(by.site().name(), reason, source, what);
        return Optional.empty();
    }

    static String name(EidRecord record) {
        return record.eid() + "/" + record.maskLength();
    }
}
