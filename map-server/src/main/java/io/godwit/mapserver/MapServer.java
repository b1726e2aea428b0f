package io.godwit.mapserver;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ticket.TicketKeys;
import io.godwit.mapserver.cluster.Replication;
import io.godwit.mapserver.cluster.SharedLog;
import io.godwit.mapserver.cluster.SharedState;
import io.godwit.mapserver.config.DdtConfig;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.MovementConfig;
import io.godwit.mapserver.database.Living;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.NameDatabase;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.ddt.DdtNode;
import io.godwit.mapserver.ddt.SignedReferrals;
import io.godwit.mapserver.movement.Decision;
import io.godwit.mapserver.movement.MovementRules;
import io.godwit.mapserver.movement.Tickets;
import io.godwit.mapserver.notify.ChangeNotifier;
import io.godwit.mapserver.notify.MapNotifier;
import io.godwit.mapserver.registration.MovementPolicy;
import io.godwit.mapserver.registration.NonceStore;
import io.godwit.mapserver.registration.Registrar;
import io.godwit.mapserver.request.RequestHandler;
import io.godwit.mapserver.session.RefreshSessions;
import io.godwit.mapserver.site.Refusals;
import io.godwit.mapserver.site.Sites;
import io.godwit.mapserver.solicit.Solicitor;
import io.godwit.mapserver.state.StateDirectory;
import io.godwit.mapserver.state.StateSnapshot;
import io.godwit.mapserver.state.StateValues;
import io.godwit.mapserver.subscribe.PublishSubscribe;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.MapNotifyAck;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;

/** A map-server on one control thread: wires the parts, tells them of changes, and gives them their turns. */
public final class MapServer {
    private static final Duration TICK = Duration.ofMillis(100);
    /** Mappings on disk written anew, when it is time for that. */
    private static final int REWRITTEN_PER_TICK = 2_000;
    /** Where its own nonces are kept, in place of the hash of a sender. */
    private static final long OWN_NONCE = 0x676f_6477_6974_6e6fL;

    private static final String AUDIT_LOG = "changes.jsonl";

    private final Timers timers;
    private final Sites sites;
    private final MappingDatabase database;
    private final NameDatabase names;
    private final MapNotifier notifier;
    private final ChangeNotifier changes;
    private final Registrar registrar;
    private final RequestHandler requests;
    private final Intake intake;
    private final PublishSubscribe subscriptions;
    private final Solicitor solicitor;
    private final Optional<StateDirectory> state;
    private final Optional<AuditLog> audit;
    private final EventLog events;
    private final Refusals refusals;
    private final Counters<Counter> counters = new Counters<>(Counter.class);
    private final ControlTransport transport;
    private Living living = Living.NOBODY;
    private MovementPolicy policy = MovementPolicy.NONE;
    private Optional<Tickets> tickets = Optional.empty();
    private final Optional<SharedState> sharedState;
    private final Optional<Replication> replication;
    private Consumer<String> onFailure = sentence -> {};
    /** Changes happen now: they are not those of an earlier run. */
    private boolean live;
    /** Once the database is what the others have. */
    private Runnable restored = () -> {};
    /** xTRs hear of changes from this member. */
    private boolean tells;

    private final Turns turns;
    private final ClockWatch clock;
    private int toRewrite;
    private Timers.Timer ticker = () -> {};

    /** Nothing outlives the process. */
    public MapServer(Sites sites, LimitsConfig limits, ControlTransport transport, Timers timers) {
        this(sites, limits, Optional.empty(), transport, timers);
    }

    /**
     * Throws {@link io.godwit.daemon.StartException} when the state directory cannot be used.
     *
     * @param stateFolder where registrations and nonces outlive the process
     */
    public MapServer(
            Sites sites, LimitsConfig limits, Optional<Path> stateFolder, ControlTransport transport, Timers timers) {
        this(sites, limits, stateFolder, Optional.empty(), transport, timers);
    }

    /** @param shared what it agrees on with others; without, it is alone */
    public MapServer(
            Sites sites,
            LimitsConfig limits,
            Optional<Path> stateFolder,
            Optional<SharedLog> shared,
            ControlTransport transport,
            Timers timers) {
        this.timers = timers;
        turns = new Turns(timers, this::seeTo);
        clock = new ClockWatch(timers);
        this.sites = sites;
        this.transport = transport;
        ControlSender out = new ControlSender(transport, new MessageAuthentication());
        events = new EventLog(timers, limits.events());
        refusals = new Refusals(timers);
        names = new NameDatabase(timers.nanoTime());
        database = new MappingDatabase(limits.mappings(), timers.nanoTime(), this::onChange);
        state = stateFolder.map(folder -> shared.isPresent()
                ? StateDirectory.withoutMappings(folder.resolve("member"), sites, database, timers)
                : StateDirectory.open(folder, sites, database, timers));
        audit = stateFolder.map(folder -> new AuditLog(folder.resolve(AUDIT_LOG)));
        notifier = new MapNotifier(
                out, timers, counters, limits.pendingNotifies(), ownNonces().last(OWN_NONCE), nonce -> ownNonces()
                        .accepted(OWN_NONCE, nonce));
        changes = new ChangeNotifier(notifier);
        sharedState = shared.map(log -> new SharedState(log, ownNonces(), timers));
        NonceStore nonces = sharedState.map(SharedState::nonces).orElseGet(this::ownNonces);
        registrar = new Registrar(sites, database, names, changes, out, timers, counters, refusals, nonces);
        replication = sharedState.map(its -> new Replication(
                its,
                database,
                registrar,
                new StateSnapshot(sites, database, timers),
                timers,
                () -> counters.increment(Counter.MAP_REGISTERS_NOT_AGREED),
                new ClusterOwner()));
        replication.ifPresent(registrar::agreement);
        state.ifPresent(its -> registrar.room(its::hasRoom));
        tells = replication.isEmpty();
        subscriptions = new PublishSubscribe(sites, out, timers, counters, limits, values());
        replication.ifPresent(its -> subscriptions.peers(its::missed));
        solicitor = new Solicitor(out, timers, counters, limits.askers());
        requests = new RequestHandler(sites, database, names, out, timers, counters, subscriptions, solicitor, limits);
        intake = new Intake(transport, timers, counters, limits, registrar, requests, this::onAck);
    }

    private NonceStore ownNonces() {
        return state.<NonceStore>map(StateDirectory::nonces).orElse(NonceStore.NONE);
    }

    /** Lets sites have what belongs to others, by rules. */
    public void movement(MovementConfig config) {
        List<PublicKey> keys = TicketKeys.read(config.ticketKeys());
        if (!keys.isEmpty()) {
            Tickets made = new Tickets(keys, config.tickets(), values(), timers);
            replication.ifPresent(its -> made.share(text -> {
                if (!its.offerTicket(text)) {
                    throw new IllegalArgumentException(
                            "there is no leader to agree on the ticket with: see godwit cluster status");
                }
            }));
            tickets = Optional.of(made);
        }
        MovementRules rules = new MovementRules(config, sites, tickets, timers, this::onDecision);
        rules.restore(database);
        restored = () -> rules.restore(database);
        policy = rules;
        registrar.policy(rules);
    }

    private StateValues values() {
        return sharedState.map(SharedState::values).orElseGet(() -> state.<StateValues>map(StateDirectory::values)
                .orElseGet(StateValues::inMemory));
    }

    private void onDecision(Decision decision) {
        if (!live) {
            return; // of an earlier run
        }
        counters.increment(decision.allowed() ? Counter.MOVES_ALLOWED : Counter.MOVES_REFUSED);
        events.add(decision);
        audit.ifPresent(log -> log.add(events.last()));
    }

    /**
     * Lets sessions keep registrations.
     *
     * @param most at once
     */
    public RefreshSessions sessions(int most, RandomGenerator random) {
        RefreshSessions made = new RefreshSessions(sites, timers, counters, most, random);
        made.start();
        living = made;
        return made;
    }

    /** Makes it a DDT node too (RFC 8111). Throws {@link IllegalArgumentException} with a sentence on a key file that cannot be read. */
    public void ddt(DdtConfig config) {
        ddt(config, SignedReferrals.thread());
    }

    /** @param signing where signatures are made */
    public void ddt(DdtConfig config, Executor signing) {
        Optional<SignedReferrals> signed =
                config.signing().map(how -> new SignedReferrals(how.read(), how.validity(), signing, timers, counters));
        requests.ddt(new DdtNode(config, sites, database), signed);
    }

    /** Begins to receive. */
    public void start() {
        ticker = timers.every(TICK, this::tick);
        replication.ifPresentOrElse(Replication::start, this::receive);
    }

    private void receive() {
        live = true;
        transport.handler(intake);
    }

    /** What the others of a cluster decide about this member. */
    private final class ClusterOwner implements Replication.Owner {
        @Override
        public void ready() {
            restored.run();
            receive();
            retell();
        }

        @Override
        public void leads(boolean now) {
            tells = now;
            subscriptions.leads(now);
            retell();
        }

        @Override
        public void ticket(String text, long epochMillis) {
            tickets.ifPresent(its -> its.offered(text, epochMillis));
        }

        @Override
        public void missed(EidPrefix subscription, XtrKey.XtrId xtr, EidPrefix eid) {
            subscriptions.onMissed(
                    subscription,
                    xtr,
                    eid,
                    database.get(eid).map(Mapping::view).orElseGet(() -> PublishSubscribe.gone(eid)));
        }

        /**
         * Who has not begun to answer does not. A member alone knows all that there is, and goes on answering; with others, that is true no
         * longer than a registration lasts: they may agree on changes that this one does not hear of.
         */
        @Override
        public void failed(String sentence) {
            boolean alone = replication.orElseThrow().config().members().size() == 1;
            if (!live) {
                onFailure.accept(sentence);
            } else if (!alone) {
                timers.after(Duration.ofNanos(MappingDatabase.LIFETIME_NANOS), () -> onFailure.accept(sentence));
            }
        }

        /** The leader before this one may have died before it told those who lost EIDs. */
        private void retell() {
            if (live && tells) {
                changes.hold();
                database.forEachDeparted(changes::retell);
                changes.release();
            }
        }
    }

    /** Who is told, in a sentence, that it cannot go on, and why. */
    public void onFailure(Consumer<String> who) {
        onFailure = who;
    }

    /** What it keeps together with others, if it does. */
    public Optional<Replication> replication() {
        return replication;
    }

    public void close() {
        ticker.cancel();
        transport.close();
        replication.ifPresent(Replication::close);
        state.ifPresent(StateDirectory::close);
        audit.ifPresent(AuditLog::close);
    }

    private void onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length, IpAddress source) {
        if (!subscriptions.onAck(ack, buffer, offset, length, source)) {
            notifier.onAck(ack, buffer, offset, length).forEach(this::onKnown);
        }
    }

    private void onKnown(MapNotifier.Acknowledged known) {
        replication.ifPresentOrElse(
                its -> its.acknowledged(known.prefix(), known.xtr()),
                () -> database.acknowledged(known.prefix(), known.xtr()));
        state.ifPresent(its -> database.get(known.prefix()).ifPresent(its::write));
    }

    private void onChange(MappingChange change) {
        if (!live) {
            policy.onChange(change); // which members of a cluster have in common
            return;
        }
        state.ifPresent(its -> its.write(change.mapping()));
        events.add(change);
        audit.ifPresent(log -> log.add(events.last()));
        switch (change.kind()) {
            case MOVED -> counters.increment(Counter.MOVES);
            case EXPIRED -> counters.increment(Counter.REGISTRATIONS_EXPIRED);
            case REGISTERED, CHANGED, WITHDRAWN -> {}
        }
        policy.onChange(change);
        // Whoever lost it solicits those who still send to it: subscribers are not to hear it from him first.
        subscriptions.onChange(change);
        if (tells) {
            changes.onChange(change);
        }
        solicitor.onChange(change);
    }

    private void tick() {
        toRewrite = state.isPresent() ? REWRITTEN_PER_TICK : 0;
        audit.ifPresent(AuditLog::flush);
        counters.add(Counter.CLOCK_STEPS, clock.wasSet() ? 1 : 0);
        turns.begin();
    }

    /** Returns whether nothing that is due is left. */
    private boolean seeTo(int limit) {
        boolean expired = replication
                .map(its -> its.poll(limit))
                .orElseGet(() -> database.expire(timers.nanoTime(), limit, living));
        boolean sent = notifier.poll(limit);
        boolean published = subscriptions.poll(limit);
        boolean solicited = solicitor.poll(limit);
        if (toRewrite > 0) {
            toRewrite -= limit;
            state.ifPresent(its -> its.poll(limit));
        }
        boolean forgotten = names.expire(timers.nanoTime(), limit);
        return expired && forgotten && sent && published && solicited && toRewrite <= 0;
    }

    public Sites sites() {
        return sites;
    }

    public MappingDatabase database() {
        return database;
    }

    public EventLog events() {
        return events;
    }

    public Refusals refusals() {
        return refusals;
    }

    /** Where moves need them. */
    public Optional<Tickets> tickets() {
        return tickets;
    }

    public int pendingNotifies() {
        return notifier.pending() + subscriptions.pending();
    }

    /** Subscriptions to EID-prefixes (RFC 9437). */
    public int subscriptions() {
        return subscriptions.size();
    }

    Solicitor solicitor() {
        return solicitor;
    }

    /** Every counter by name, those of malformed messages by reason, and the transport's. */
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>(counters.snapshot());
        Counters.addTo(all, "malformed", intake.malformed());
        Counters.addTo(all, "datagrams", transport.counters());
        return all;
    }

    Counters<Counter> counter() {
        return counters;
    }
}
