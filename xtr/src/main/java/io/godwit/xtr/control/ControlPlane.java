package io.godwit.xtr.control;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapping.ticket.TicketKeys;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.control.MalformedReason;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapNotifyAck;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.OptionalMessage;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.packet.data.MapVersion;
import io.godwit.xtr.config.MovesConfig;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.etr.DrainedRlocs;
import io.godwit.xtr.control.etr.EtrAgent;
import io.godwit.xtr.control.etr.LocatorAgent;
import io.godwit.xtr.control.etr.MapServer;
import io.godwit.xtr.control.etr.OutgoingRloc;
import io.godwit.xtr.control.etr.ReceivedNonces;
import io.godwit.xtr.control.etr.RegisterNonce;
import io.godwit.xtr.control.etr.RegistrationAgent;
import io.godwit.xtr.control.etr.SiteDatabase;
import io.godwit.xtr.control.etr.SiteVersion;
import io.godwit.xtr.control.itr.MapCache;
import io.godwit.xtr.control.itr.MapRequestAgent;
import io.godwit.xtr.control.itr.Mapping;
import io.godwit.xtr.control.itr.RlocRules;
import io.godwit.xtr.control.itr.SmrAgent;
import io.godwit.xtr.control.itr.SubscriptionAgent;
import io.godwit.xtr.control.mobility.DynamicEidAgent;
import io.godwit.xtr.control.mobility.DynamicPrefix;
import io.godwit.xtr.control.mobility.FirstHopAgent;
import io.godwit.xtr.control.mobility.Hosts;
import io.godwit.xtr.control.mobility.MobilityAgent;
import io.godwit.xtr.control.mobility.MoveAudit;
import io.godwit.xtr.control.mobility.MoveJournal;
import io.godwit.xtr.control.mobility.MovePolicy;
import io.godwit.xtr.control.mobility.MoveState;
import io.godwit.xtr.control.mobility.NotifyAgent;
import io.godwit.xtr.control.mobility.PeerMoves;
import io.godwit.xtr.control.mobility.channel.MoveChannel;
import io.godwit.xtr.control.neighbour.MacAgent;
import io.godwit.xtr.control.neighbour.NeighbourAgent;
import io.godwit.xtr.control.reach.ProbeAgent;
import io.godwit.xtr.control.segment.SegmentPort;
import io.godwit.xtr.control.segment.SiteNetwork;
import io.godwit.xtr.control.trusted.GleanAgent;
import io.godwit.xtr.control.trusted.MapVersionAgent;
import io.godwit.xtr.control.trusted.TrustedAgent;
import io.godwit.xtr.fib.Forwarding;
import io.godwit.xtr.fib.Locator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;

/**
 * The agents of the control plane, and who gets which message. Everything runs on the control thread; other threads come in through {@link
 * #wakeUp}, and through {@link SegmentWatch} with what they see on the segments.
 */
public final class ControlPlane {
    private final XtrConfig config;
    private final ControlContext context;
    private final SiteNetwork site;
    private final SegmentWatch segments;
    private final ForwardingEvents events;
    private final Counters<MalformedReason> malformed = new Counters<>(MalformedReason.class);
    private final SiteDatabase database;
    private final SubscriptionAgent subscriptions;
    private final MapRequestAgent requests;
    private final MapCache mapCache;
    private final Layer2Eids layer2;
    private final SmrAgent smr;
    private final RegistrationAgent registrations;
    private final EtrAgent etr;
    private final LocatorAgent locators;
    private final Hosts hosts;
    private final DynamicEidAgent detection;
    private final MobilityAgent mobility;
    private final NotifyAgent notifies;
    private final NeighbourAgent neighbours;
    private final MacAgent macs;
    private final FirstHopAgent firstHop;
    private final MoveJournal journal;
    private final MoveAudit audit;
    private final PeerMoves peerMoves;
    private final TrustedAgent trusted;
    private final GleanAgent gleaning;
    private final MapVersionAgent versions;
    private final ProbeAgent probes;
    private final Optional<SiteVersion> siteVersion;
    /** Of the Map-Reply being handled: its sender can echo nonces. */
    private boolean replyAllowsEcho;

    public ControlPlane(
            XtrConfig config,
            XtrIdentity identity,
            ControlContext context,
            RegisterNonce nonces,
            ReceivedNonces received,
            Optional<SiteVersion> siteVersion,
            SiteNetwork site,
            SegmentPort.Opener opener,
            Function<MoveJournal, MoveChannel> channel,
            FrameStream.Connector connector) {
        this.siteVersion = siteVersion;
        this.config = config;
        this.context = context;
        this.site = site;
        database = new SiteDatabase(
                context.locators(), (int) Math.max(1, config.recordTtl().toMinutes()));
        subscriptions = new SubscriptionAgent(
                context, identity, config.mapServers().stream().anyMatch(s -> s.subscribe()));
        requests = new MapRequestAgent(context, config.mapResolvers(), this::onRecord, subscriptions);
        mapCache =
                new MapCache(context, MapCache.MAX_ENTRIES, requests::refresh, site.past(), proxyEtrs(config, context));
        layer2 = new Layer2Eids(config, mapCache::longestMatch, requests::refresh);
        smr = new SmrAgent(context, this::interest, requests::onSolicited);
        List<MapServer> servers = config.mapServers().stream()
                .map(s -> new MapServer(s.address(), s.key().read(), s.proxyReply(), s.sessionPort()))
                .toList();
        registrations = new RegistrationAgent(context, database, servers, nonces, identity, connector);
        trusted = new TrustedAgent(context, config.forwarding(), eid -> mapCache.longestMatch(eid));
        gleaning = new GleanAgent(context, this::isKnown, requests::refresh);
        smr.onLocatorSetChanged(trusted::locatorSetChanged);
        etr = new EtrAgent(context, database, new OutgoingRloc(context.locators(), site.kernel()), trusted.echoes());
        locators = new LocatorAgent(
                context,
                site.kernel(),
                database,
                registrations,
                smr,
                new DrainedRlocs(config.stateDirectory()),
                this::onLocatorSetChanged);
        versions = new MapVersionAgent(
                context, database::mapVersion, eid -> mapCache.longestMatch(eid), smr::solicit, requests::onSolicited);
        siteVersion.ifPresent(version -> mapCache.useVersions());
        probes = new ProbeAgent(context, config.rlocProbing(), mapCache::forEachLocatorSet, this::onProbed);
        List<DynamicPrefix> prefixes = Stream.concat(
                        config.dynamicEids().stream()
                                .map(d -> new DynamicPrefix(d.prefix(), d.interfaceName(), d.inactivity())),
                        layer2.prefixes().stream())
                .toList();
        hosts = new Hosts(context, prefixes, site, database, registrations, mapCache, smr);
        segments = new SegmentWatch(config, context, site, hosts, opener);
        journal = new MoveJournal(
                config.stateDirectory().resolve("moves.journal"),
                context.timers().epochMillis());
        MovePolicy policy = new MovePolicy(
                config.moves(),
                TicketKeys.read(config.moves().map(MovesConfig::ticketKeys).orElse(List.of())),
                context.locators(),
                context.timers(),
                journal);
        audit = new MoveAudit(config.stateDirectory().resolve("moves.jsonl"), context.timers());
        detection = new DynamicEidAgent(context, hosts, segments::port, policy, audit);
        mobility = new MobilityAgent(context, hosts, detection, policy, audit);
        notifies = new NotifyAgent(context, registrations, hosts, requests, detection, new MessageAuthentication());
        notifies.publications(this::onPublication);
        peerMoves = new PeerMoves(
                context, hosts, detection, mobility, journal, channel.apply(journal), notifies, requests::refresh);
        mapCache.onUnused(requests::onUnused);
        events = new ForwardingEvents(
                context, database, mapCache, requests, smr, hosts, detection, mobility, trusted, gleaning, versions);
        neighbours = new NeighbourAgent(context, hosts, this::isRemote, events::onMiss, segments::port);
        hosts.listener(neighbours);
        Set<EidPrefix> withMacs = config.dynamicEids().stream()
                .filter(d -> d.registerMacs())
                .map(d -> d.prefix())
                .collect(Collectors.toUnmodifiableSet());
        macs = new MacAgent(
                context, hosts, database, registrations, withMacs, requests::refresh, detection::onSighting);
        hosts.listener(macs);
        firstHop = new FirstHopAgent(context, hosts, detection, config.firstHopRouters(), received);
        hosts.listener(firstHop);
    }

    /** By a mapping of its own, not by one of a prefix that may have hosts here. */
    private boolean isRemote(EidPrefix eid) {
        return mapCache.longestMatch(eid)
                .filter(mapping -> mapping.eid().isHost() && mapping.forwarding() instanceof Forwarding.Remote)
                .isPresent();
    }

    private static List<Locator> proxyEtrs(XtrConfig config, ControlContext context) {
        return config.proxyEtrs().stream()
                .filter(context.locators()::hasFamilyOf)
                .map(address -> new Locator(address, 1, 100))
                .toList();
    }

    /** Before the data plane begins, so that the first packet finds what is here, and what was when the last life ended. */
    public void resume() {
        putSite();
        hosts.start();
        peerMoves.resume();
    }

    /** Begins to learn, to register and to watch the segments. Data plane, kernel and transport are ready. */
    public void start() {
        config.database().forEach(entry -> {
            database.add(new SiteDatabase.SiteEid(
                    entry.eid(), false, context.timers().epochMillis()));
        });
        trusted.start();
        context.sender().transport().handler(this::onDatagram);
        locators.start();
        siteVersion.ifPresent(version -> versions.start());
        registrations.start();
        segments.start(detection, List.of(detection::onSighting, neighbours::onSighting, macs::onSighting));
        peerMoves.start();
    }

    /** The prefixes that are always here. */
    private void putSite() {
        int version = siteVersion.map(SiteVersion::current).orElse(MapVersion.NULL);
        database.mapVersion(version);
        config.database().forEach(entry -> context.dataPlane().put(entry.eid(), new Forwarding.Local(version)));
    }

    private void onLocatorSetChanged() {
        trusted.locatorSetChanged();
        siteVersion.ifPresent(version -> {
            version.next(context.locators().records());
            putSite();
        });
    }

    /** Takes leave of the mapping system and of the segments. */
    public void stop() {
        peerMoves.close();
        journal.close();
        audit.close();
        registrations.shutdown();
        segments.close();
    }

    private void onDatagram(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
        switch (ControlCodec.decode(buffer, offset, length)) {
            case MapRequest request -> onMapRequest(request, local, remote);
            case EncapsulatedControlMessage ecm -> onEncapsulated(ecm, local);
            case MapReply reply -> onMapReply(reply);
            case MapNotify notify -> notifies.onMapNotify(notify, buffer, offset, length, remote);
            case MalformedMessage message -> malformed.increment(message.reason());
            case MapRegister register -> firstHop.onMapRegister(register, buffer, offset, length, local, remote);
            case MapNotifyAck ack -> firstHop.onMapNotifyAck(ack, buffer, offset, length, remote);
            case OptionalMessage other -> context.count(ControlCounter.UNEXPECTED_MESSAGES);
        }
    }

    private void onMapReply(MapReply reply) {
        if (reply.probe()) {
            probes.onReply(reply);
            return;
        }
        replyAllowsEcho = reply.echoNonce();
        requests.onMapReply(reply);
        replyAllowsEcho = false;
    }

    /** Only the mapping system says what is true: an answer from before a move may come after it. */
    private void onProbed(EidPrefix eid, EidRecord said) {
        Optional<Mapping> known =
                mapCache.longestMatch(eid).filter(one -> one.eid().equals(eid));
        if (known.isPresent() && !RlocRules.sameUse(known.get().locators(), said.locators())) {
            requests.refresh(eid);
        }
    }

    /** An ICMP error said that packets do not come through to {@code rloc}. */
    public void onUnreachable(IpAddress rloc) {
        probes.onUnreachable(rloc);
    }

    private void onMapRequest(MapRequest request, IpAddress local, Endpoint remote) {
        context.count(ControlCounter.MAP_REQUESTS_RECEIVED);
        if (request.has(MapRequest.Flag.SMR)) {
            smr.onSmr(request, remote.address());
        } else {
            etr.onMapRequest(request, local, remote.port());
        }
    }

    private void onEncapsulated(EncapsulatedControlMessage ecm, IpAddress local) {
        if (!(ecm.message() instanceof MapRequest request)) {
            context.count(ControlCounter.UNEXPECTED_MESSAGES);
        } else if (request.has(MapRequest.Flag.PROBE)) {
            context.count(ControlCounter.MAP_REQUEST_PROBES_IN_ECM);
        } else {
            context.count(ControlCounter.MAP_REQUESTS_RECEIVED);
            etr.onMapRequest(request, local, ecm.sourcePort());
        }
    }

    /** What a Map-Reply says of an EID-prefix. */
    private void onRecord(EidPrefix asked, EidPrefix eid, EidRecord eidRecord, Set<EidPrefix> listed) {
        boolean ofFrames = layer2.has(asked);
        if (!ofFrames && asked.address() instanceof MacAddress) {
            macs.onRecord(asked, eid, eidRecord);
            return;
        }
        if (notifies.onMapReply(asked, eid, eidRecord)) {
            return;
        }
        boolean ours = database.covers(eid) || !(hosts.state(eid) instanceof MoveState.Absent);
        if (ours) {
            return;
        }
        // The entry of the dynamic prefix itself must stay: the answer counts for the host only.
        boolean forTheHostOnly = hosts.isDynamicPrefix(eid) || (ofFrames && !eid.isHost());
        EidPrefix concerned = forTheHostOnly ? asked : eid;
        mapCache.install(concerned, ofFrames ? layer2.understood(concerned, eidRecord) : eidRecord);
        neighbours.onMapping(asked);
        if (!forTheHostOnly && eid.covers(asked)) {
            mapCache.removeWithin(eid, listed);
        }
        gleaning.onVerified(asked, hosts.isDynamicPrefix(eid) ? asked : eid);
        if (replyAllowsEcho) {
            trusted.onEchoAllowed(eidRecord);
        }
    }

    private boolean isKnown(EidPrefix eid) {
        return mapCache.longestMatch(eid).isPresent()
                || database.covers(eid)
                || !(hosts.state(eid) instanceof MoveState.Absent);
    }

    private boolean onPublication(MapNotify notify, MapServer server, Endpoint from) {
        if (requests.onMapNotify(notify)) {
            subscriptions.acknowledge(notify, server.key(), from);
            return true;
        }
        List<EidRecord> foreign = notify.records().stream()
                .filter(one -> EidPrefix.of(one.eid(), one.maskLength())
                        .filter(eid -> !database.covers(eid) && hosts.state(eid) instanceof MoveState.Absent)
                        .isPresent())
                .toList();
        return !foreign.isEmpty()
                && foreign.size() == notify.records().size()
                && subscriptions.onNotify(notify, server.key(), from, this::onPublished);
    }

    /** Of one EID-prefix alone: what lies within it is published by itself. */
    private void onPublished(EidPrefix eid, EidRecord eidRecord) {
        if (!hosts.isDynamicPrefix(eid)) {
            mapCache.install(eid, eidRecord);
        }
    }

    /** What to ask for when an SMR names {@code announced}: nothing that we hold no mapping of. */
    private Optional<EidPrefix> interest(EidPrefix announced) {
        if (hosts.state(announced) instanceof MoveState.Away) {
            return Optional.of(announced);
        }
        // A Source-EID has no mask length: the address of a prefix stands for it.
        return mapCache.longestMatch(announced)
                .map(Mapping::eid)
                .map(cached -> cached.address().equals(announced.address()) ? cached : announced);
    }

    /** From any thread: the data plane has events. */
    public void wakeUp() {
        events.wakeUp();
    }

    XtrConfig config() {
        return config;
    }

    ControlContext context() {
        return context;
    }

    SiteNetwork site() {
        return site;
    }

    SiteDatabase database() {
        return database;
    }

    MapCache mapCache() {
        return mapCache;
    }

    ProbeAgent probes() {
        return probes;
    }

    MapRequestAgent requests() {
        return requests;
    }

    RegistrationAgent registrations() {
        return registrations;
    }

    Hosts hosts() {
        return hosts;
    }

    FirstHopAgent firstHop() {
        return firstHop;
    }

    LocatorAgent locators() {
        return locators;
    }

    /** Empty when there are no peers. */
    Optional<PeerMoves> peerMoves() {
        return Optional.of(peerMoves).filter(PeerMoves::hasPeers);
    }

    MobilityAgent mobility() {
        return mobility;
    }

    Counters<MalformedReason> malformed() {
        return malformed;
    }

    long sightingsLost() {
        return segments.sightingsLost();
    }
}
