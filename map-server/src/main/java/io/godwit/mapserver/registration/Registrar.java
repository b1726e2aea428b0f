package io.godwit.mapserver.registration;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.NameDatabase;
import io.godwit.mapserver.database.Outcome;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.notify.ChangeNotifier;
import io.godwit.mapserver.site.RefusalReason;
import io.godwit.mapserver.site.Refusals;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.data.MapVersion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * A Map-Register's way: the site whose prefix it names, the key it names, the MAC, the Site-ID, the nonce, and then each record by itself
 * (RFC 9301 sections 5.6 and 8.2). Who is refused gets no answer.
 */
public final class Registrar {
    private final Sites sites;
    private final MappingDatabase database;
    private final NameDatabase names;
    private final ChangeNotifier notifier;
    private final ControlSender out;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final Refusals refusals;
    private final RegisterAuthentication authentication;
    private final ReplayGuard replays;
    private final NonceStore nonces;
    private MovementPolicy policy = MovementPolicy.NONE;
    private Agreement agreement = Agreement.ALONE;
    private BooleanSupplier room = () -> true;

    /** Whose records came when: by the clocks of this member, or those that all have from the log. */
    private record Arrival(Registrant by, Endpoint source, long nowNanos, long epochMillis) {}

    public Registrar(
            Sites sites,
            MappingDatabase database,
            NameDatabase names,
            ChangeNotifier notifier,
            ControlSender out,
            Timers timers,
            Counters<Counter> counters,
            Refusals refusals,
            NonceStore nonces) {
        this.sites = sites;
        this.database = database;
        this.names = names;
        this.notifier = notifier;
        this.out = out;
        this.timers = timers;
        this.counters = counters;
        this.refusals = refusals;
        this.nonces = nonces;
        replays = new ReplayGuard(nonces);
        authentication = new RegisterAuthentication(sites, out, counters, refusals, replays);
    }

    /** Changes are agreed on with others from now on. */
    public void agreement(Agreement with) {
        agreement = with;
    }

    /** Whether changes can be stored is asked before they are made. */
    public void room(BooleanSupplier whetherThereIs) {
        room = whetherThereIs;
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
        } else if (!room.getAsBoolean()
                && !authentic.get().repeated()
                && !changesNothing(register, authentic.get().by())) {
            // What is not stored is not confirmed: the xTR registers again.
            counters.increment(Counter.MAP_REGISTERS_DROPPED_NO_ROOM);
            replays.forget(authentic.get().by(), register);
        } else if (!agreement.isNeeded()
                || !propose(register, authentic.get(), buffer, offset, length, local, source)) {
            if (authentic.get().by().site().replayProtection()) {
                replays.keep(authentic.get().by(), register);
            }
            confirm(register, authentic.get().by(), store(register, authentic.get(), source), local, source);
        }
    }

    /** Stores each record by itself; whoever loses by it is told of all together. Returns what is to be confirmed. */
    private List<EidRecord> store(MapRegister register, Authentic message, Endpoint source) {
        List<EidRecord> confirmed = new ArrayList<>(register.records().size());
        Arrival arrival = new Arrival(message.by(), source, timers.nanoTime(), timers.epochMillis());
        notifier.hold();
        try {
            for (EidRecord record : register.records()) {
                store(arrival, record, message.repeated()).ifPresent(confirmed::add);
            }
        } finally {
            notifier.release();
        }
        return confirmed;
    }

    private void confirm(
            MapRegister register, Registrant by, List<EidRecord> confirmed, IpAddress local, Endpoint source) {
        if (register.has(MapRegister.Flag.WANT_MAP_NOTIFY) && !confirmed.isEmpty()) {
            counters.increment(Counter.MAP_NOTIFIES_SENT);
            MapNotify notify =
                    new MapNotify(register.nonce(), AuthenticationData.UNSIGNED, confirmed, register.identity());
            out.sendSigned(notify, by.key(), local, source);
        }
    }

    /** Leaves a message that changes something to all members' agreement; returns whether there is nothing to do until then. */
    private boolean propose(
            MapRegister register,
            Authentic message,
            DirectBuffer buffer,
            int offset,
            int length,
            IpAddress local,
            Endpoint source) {
        Registrant by = message.by();
        boolean pending = agreement.isPending(by.xtr());
        if (message.repeated() || (!pending && changesNothing(register, by))) {
            return message.repeated() && pending; // is answered when it has been agreed on
        }
        BitSet refused = new BitSet();
        for (int i = 0; i < register.records().size(); i++) {
            EidRecord record = register.records().get(i);
            Optional<EidPrefix> prefix = EidPrefix.of(record.eid(), record.maskLength());
            refused.set(
                    i, isForeign(by, prefix, record, source) || isRefused(by, prefix.orElseThrow(), record, source));
        }
        if (refused.cardinality() == register.records().size()) {
            return true;
        }
        Runnable undo = () -> replays.forget(by, register);
        if (!agreement.offer(new Agreement.Proposal(by, buffer, offset, length, refused, local, source, undo))) {
            counters.increment(Counter.MAP_REGISTERS_DROPPED_NO_LEADER);
            undo.run();
        }
        return true;
    }

    private boolean changesNothing(MapRegister register, Registrant by) {
        for (EidRecord record : register.records()) {
            Optional<EidPrefix> prefix = EidPrefix.of(record.eid(), record.maskLength());
            if (prefix.isPresent()
                    && (agreement.isSuspected(prefix.get()) || !database.isRefresh(prefix.get(), by, record))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Stores what was agreed on. The same happens on every member.
     *
     * @param stored gets each EID-prefix before it is stored
     */
    public void commit(Agreement.Agreed agreed, Consumer<EidPrefix> stored) {
        DirectBuffer message = agreed.message();
        if (!(ControlCodec.decode(message, 0, message.capacity()) instanceof MapRegister register)) {
            return;
        }
        String siteName = agreed.siteName();
        Endpoint source = agreed.source();
        Optional<Site> site = sites.named(siteName);
        Optional<AuthenticationKey> key = site.flatMap(its -> its.key(register.authentication()));
        if (key.isEmpty()) {
            refusals.refuse(siteName, RefusalReason.UNKNOWN_KEY, source, "what the other members of the cluster store");
            return;
        }
        XtrKey xtr = XtrKey.of(register.identity(), source.address());
        Registrant by = RegisterAuthentication.registrant(register, xtr, site.get(), key.get(), source);
        long sender = ReplayGuard.key(siteName, xtr, key.get().keyId());
        if (!nonces.agreed(sender, register.nonce()) && site.get().replayProtection()) {
            onOvertaken(register, by, agreed);
            return;
        }
        List<EidRecord> confirmed = apply(register, by, agreed, stored);
        if (agreed.mine()) {
            confirm(register, by, confirmed, agreed.local(), source);
        }
    }

    private List<EidRecord> apply(
            MapRegister register, Registrant by, Agreement.Agreed agreed, Consumer<EidPrefix> stored) {
        List<EidRecord> confirmed = new ArrayList<>(register.records().size());
        Arrival arrival = new Arrival(by, agreed.source(), agreed.nowNanos(), agreed.epochMillis());
        notifier.hold();
        try {
            for (int i = 0; i < register.records().size(); i++) {
                EidRecord record = register.records().get(i);
                Optional<EidPrefix> prefix = EidPrefix.of(record.eid(), record.maskLength());
                if (!agreed.refused().get(i) && prefix.isPresent()) {
                    stored.accept(prefix.get());
                    apply(arrival, prefix.get(), record).ifPresent(confirmed::add);
                }
            }
        } finally {
            notifier.release();
        }
        return confirmed;
    }

    /** One with a higher nonce was agreed on before: a replay, unless it says the same, as an xTR does that registers at several members. */
    private void onOvertaken(MapRegister register, Registrant by, Agreement.Agreed agreed) {
        if (agreed.mine() && changesNothing(register, by)) {
            confirm(register, by, register.records(), agreed.local(), agreed.source());
        } else if (agreed.mine()) {
            counters.increment(Counter.MAP_REGISTERS_REFUSED);
            refusals.refuse(by.site().name(), RefusalReason.REPLAYED, agreed.source(), "a Map-Register");
        }
    }

    /** Stores one record, and says what the xTR is told of it. */
    private Optional<EidRecord> store(Arrival arrival, EidRecord record, boolean repeated) {
        Registrant by = arrival.by();
        if (record.eid() instanceof DistinguishedName name) {
            return store(name, arrival, record, repeated);
        }
        Optional<EidPrefix> prefix = EidPrefix.of(record.eid(), record.maskLength());
        if (isForeign(by, prefix, record, arrival.source())) {
            return Optional.empty();
        }
        if (repeated) {
            return Optional.of(current(prefix.orElseThrow(), by, record));
        }
        return isRefused(by, prefix.orElseThrow(), record, arrival.source())
                ? Optional.empty()
                : apply(arrival, prefix.orElseThrow(), record);
    }

    private Optional<EidRecord> store(DistinguishedName name, Arrival arrival, EidRecord record, boolean repeated) {
        Registrant by = arrival.by();
        if (sites.owner(name).filter(by.site()::equals).isEmpty()) {
            return refuse(by, RefusalReason.PREFIX_NOT_ALLOWED, arrival.source(), name(record));
        }
        if (!repeated && !names.register(name.name(), by, record, arrival.nowNanos())) {
            return refuse(by, RefusalReason.TABLE_FULL, arrival.source(), name(record));
        }
        counters.increment(Counter.RECORDS_ACCEPTED);
        return Optional.of(record);
    }

    /** Whether the site has nothing to do with the EID-prefix. */
    private boolean isForeign(Registrant by, Optional<EidPrefix> prefix, EidRecord record, Endpoint source) {
        boolean own = prefix.isPresent() && sites.mayRegister(by.site(), prefix.get());
        if (prefix.isEmpty() || (!own && !mayHost(by.site(), prefix.get()))) {
            refuse(by, RefusalReason.PREFIX_NOT_ALLOWED, source, name(record));
            return true;
        }
        return false;
    }

    /** Whether it comes too late, or the policy does not permit it. */
    private boolean isRefused(Registrant by, EidPrefix prefix, EidRecord record, Endpoint source) {
        if (isOlder(prefix, record)) {
            refuse(by, RefusalReason.OLD_VERSION, source, name(record));
            return true;
        }
        Optional<String> refusal = isGuest(by, prefix, record)
                ? policy.refusal(prefix, by, record, database.get(prefix))
                : Optional.empty();
        refusal.ifPresent(why -> refuse(by, RefusalReason.POLICY, source, name(record) + " (" + why + ")"));
        return refusal.isPresent();
    }

    private Optional<EidRecord> apply(Arrival arrival, EidPrefix prefix, EidRecord record) {
        Registrant by = arrival.by();
        Endpoint source = arrival.source();
        if (isGuest(by, prefix, record)) {
            Optional<String> why = policy.take(prefix, by, record, database.get(prefix), arrival.epochMillis());
            if (why.isPresent()) {
                return refuse(by, RefusalReason.POLICY, source, name(record) + " (" + why.get() + ")");
            }
        }
        return switch (database.register(prefix, by, record, arrival.nowNanos())) {
            case Outcome.Accepted(int entry) -> {
                counters.increment(Counter.RECORDS_ACCEPTED);
                yield Optional.of(by.merge() ? database.mapping(entry).view() : record);
            }
            case Outcome.Withdrawn() -> {
                counters.increment(Counter.RECORDS_WITHDRAWN);
                notifier.onWithdrawn(prefix, by);
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

    /** Whether rules may let the site have it: it must be something that the site which it belongs to may register. */
    private boolean mayHost(Site site, EidPrefix prefix) {
        return policy.hosts().contains(site)
                && sites.owner(prefix)
                        .filter(owner -> sites.mayRegister(owner.site(), prefix))
                        .isPresent();
    }

    /** Whether it wants to have what belongs to another site; to withdraw it, and to be told that it lost it, needs no permission. */
    private boolean isGuest(Registrant by, EidPrefix prefix, EidRecord record) {
        return !policy.hosts().isEmpty()
                && !sites.mayRegister(by.site(), prefix)
                && record.ttlMinutes() != 0
                && !record.locators().isEmpty()
                && database.get(prefix).stream().noneMatch(mapping -> mapping.isDeparted(by.xtr()));
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
