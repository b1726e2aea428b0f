package io.godwit.mapserver;

import io.godwit.daemon.net.ControlSender;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.notify.ChangeNotifier;
import io.godwit.mapserver.notify.MapNotifier;
import io.godwit.mapserver.registration.NonceStore;
import io.godwit.mapserver.registration.Registrar;
import io.godwit.mapserver.request.RequestHandler;
import io.godwit.mapserver.site.Refusals;
import io.godwit.mapserver.site.Sites;
import io.godwit.mapserver.solicit.Solicitor;
import io.godwit.mapserver.state.StateDirectory;
import io.godwit.mapserver.subscribe.PublishSubscribe;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.control.MalformedReason;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.OptionalMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.agrona.DirectBuffer;

/** A map-server on one control thread: wires the parts, hands each message to the part it is for. */
public final class MapServer {
    private static final Duration TICK = Duration.ofMillis(100);
    /** Deadlines looked at before datagrams get their turn again. */
    private static final int WORK_PER_TICK = 2_000;

    private static final String AUDIT_LOG = "changes.jsonl";

    private final Timers timers;
    private final Sites sites;
    private final MappingDatabase database;
    private final MapNotifier notifier;
    private final ChangeNotifier changes;
    private final Registrar registrar;
    private final RequestHandler requests;
    private final PublishSubscribe subscriptions;
    private final Solicitor solicitor;
    private final Optional<StateDirectory> state;
    private final Optional<AuditLog> audit;
    private final EventLog events;
    private final Refusals refusals;
    private final Counters<Counter> counters = new Counters<>(Counter.class);
    private final Counters<MalformedReason> malformed = new Counters<>(MalformedReason.class);
    private final ControlTransport transport;
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
        this.timers = timers;
        this.sites = sites;
        this.transport = transport;
        ControlSender out = new ControlSender(transport, new MessageAuthentication());
        events = new EventLog(timers, limits.events());
        refusals = new Refusals(timers);
        database = new MappingDatabase(limits.mappings(), timers.nanoTime(), this::onChange);
        state = stateFolder.map(folder -> StateDirectory.open(folder, sites, database, timers));
        audit = stateFolder.map(folder -> new AuditLog(folder.resolve(AUDIT_LOG)));
        notifier = new MapNotifier(out, timers, counters, limits.pendingNotifies());
        changes = new ChangeNotifier(notifier);
        registrar = new Registrar(sites, database, changes, out, timers, counters, refusals, nonces());
        subscriptions =
                new PublishSubscribe(sites, out, timers, counters, limits.subscriptions(), limits.pendingNotifies());
        solicitor = new Solicitor(out, timers, counters, limits.askers());
        requests = new RequestHandler(
                sites, database, out, timers, counters, subscriptions, solicitor, limits.repliesPerSecond());
    }

    private NonceStore nonces() {
        return state.<NonceStore>map(StateDirectory::nonces).orElse(NonceStore.NONE);
    }

    /** Begins to receive. */
    public void start() {
        ticker = timers.every(TICK, this::tick);
        transport.handler(this::onDatagram);
    }

    public void close() {
        ticker.cancel();
        transport.close();
        state.ifPresent(StateDirectory::close);
        audit.ifPresent(AuditLog::close);
    }

    private void onDatagram(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        if (remote.port() == transport.localPort() && remote.address().equals(local)) {
            // Somebody named this map-server as an ITR or an ETR: what it sends to itself must not go round.
            counters.increment(Counter.DROPPED_FROM_ITSELF);
            return;
        }
        if (requests.onHostRequest(buffer, offset, length, remote)) {
            return;
        }
        switch (ControlCodec.decode(buffer, offset, length)) {
            case MapRegister register -> registrar.onRegister(register, buffer, offset, length, local, remote);
            case MapNotifyAck ack -> onAck(ack, buffer, offset, length);
            case MapRequest request -> requests.onPlain(request, remote);
            case EncapsulatedControlMessage ecm -> requests.onEncapsulated(ecm, buffer, offset, length);
            case MapReply reply -> counters.increment(Counter.MAP_REPLIES_RECEIVED);
            case MapNotify notify -> counters.increment(Counter.MAP_NOTIFIES_RECEIVED);
            case OptionalMessage other -> counters.increment(Counter.UNEXPECTED_MESSAGES);
            case MalformedMessage(var reason, var at) -> {
                counters.increment(Counter.MALFORMED);
                malformed.increment(reason);
            }
        }
    }

    private void onAck(MapNotifyAck ack, DirectBuffer buffer, int offset, int length) {
        if (!subscriptions.onAck(ack, buffer, offset, length)) {
            notifier.onAck(ack, buffer, offset, length).ifPresent(done -> {
                database.acknowledged(done.prefix(), done.xtr());
                state.ifPresent(its -> database.get(done.prefix()).ifPresent(its::write));
            });
        }
    }

    private void onChange(MappingChange change) {
        state.ifPresent(its -> its.write(change.mapping()));
        events.add(change);
        audit.ifPresent(log -> log.add(events.last()));
        switch (change.kind()) {
            case MOVED -> counters.increment(Counter.MOVES);
            case EXPIRED -> counters.increment(Counter.REGISTRATIONS_EXPIRED);
            case REGISTERED, CHANGED, WITHDRAWN -> {}
        }
        changes.onChange(change);
        subscriptions.onChange(change);
        solicitor.onChange(change);
    }

    private void tick() {
        boolean expired = database.expire(timers.nanoTime(), WORK_PER_TICK);
        boolean sent = notifier.poll(WORK_PER_TICK);
        state.ifPresent(its -> its.poll(WORK_PER_TICK));
        audit.ifPresent(AuditLog::flush);
        boolean published = subscriptions.poll(WORK_PER_TICK);
        boolean solicited = solicitor.poll(WORK_PER_TICK);
        if (!expired || !sent || !published || !solicited) {
            // Behind what waits already, so that requests are answered in between.
            timers.execute(this::tick);
        }
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
        Counters.addTo(all, "malformed", malformed.snapshot());
        Counters.addTo(all, "datagrams", transport.counters());
        return all;
    }

    Counters<Counter> counter() {
        return counters;
    }
}
