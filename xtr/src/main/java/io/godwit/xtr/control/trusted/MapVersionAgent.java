package io.godwit.xtr.control.trusted;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.MapVersion;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.core.RateLimiter;
import io.godwit.xtr.control.itr.Mapping;
import io.godwit.xtr.fib.Forwarding;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from map-versions in data packets of trusted peers (RFC 9302 section 7): ITRs with an old mapping of an EID here are told, ten times
 * once a second, then every 30 s, and their packets are dropped by then; for a mapping older than its own site says, the mapping system is asked.
 */
public final class MapVersionAgent {
    private static final Duration ONCE = Duration.ofSeconds(1);
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final int TRIES = 10;
    /** An ITR that sends by no old mapping for so long has learned. */
    private static final Duration FORGET = Duration.ofSeconds(60);

    private static final int MAX_ITRS = 10_000;
    /** Looked through for each of their packets with an old version. */
    private static final int MAX_STALE = 256;

    private static final Duration LOG_INTERVAL = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(MapVersionAgent.class);

    private final ControlContext context;
    private final ToIntFunction<EidPrefix> ownVersion;
    private final Function<EidPrefix, Optional<Mapping>> mappings;
    private final BiConsumer<EidPrefix, IpAddress> tell;
    private final Consumer<EidPrefix> ask;
    private final Map<IpAddress, Itr> itrs = new HashMap<>();
    private final RateLimiter<EidPrefix> asked;
    private final RateLimiter<IpAddress> logged;
    private Set<IpAddress> stale = Set.of();

    private static final class Itr {
        int told;
        long toldNanos;
        long seenNanos;
    }

    /**
     * @param ownVersion of an EID here, 0 when it has none or is not here
     * @param mappings the map-cache's longest match
     * @param tell sends an SMR
     * @param ask the mapping system
     */
    public MapVersionAgent(
            ControlContext context,
            ToIntFunction<EidPrefix> ownVersion,
            Function<EidPrefix, Optional<Mapping>> mappings,
            BiConsumer<EidPrefix, IpAddress> tell,
            Consumer<EidPrefix> ask) {
        this.context = context;
        this.ownVersion = ownVersion;
        this.mappings = mappings;
        this.tell = tell;
        this.ask = ask;
        asked = new RateLimiter<>(context.timers(), ONCE, MAX_ITRS);
        logged = new RateLimiter<>(context.timers(), LOG_INTERVAL, MAX_STALE);
    }

    public void start() {
        context.timers().every(ONCE, this::forget);
    }

    /** See {@link io.godwit.xtr.DataPlaneEvents#onDestinationVersion}. */
    public void onDestinationVersion(EidPrefix eid, IpAddress outerSource, int word0) {
        int own = ownVersion.applyAsInt(eid);
        int sent = LispHeader.destinationMapVersion(word0);
        if (own == MapVersion.NULL || sent == MapVersion.NULL) {
            return;
        }
        int order = MapVersion.compare(sent, own);
        if (order > 0) {
            onNewer(eid, outerSource, sent, own);
        } else if (order < 0) {
            onOlder(eid, outerSource);
        }
    }

    private void onNewer(EidPrefix eid, IpAddress outerSource, int sent, int own) {
        context.count(ControlCounter.MAP_VERSIONS_NEWER);
        if (logged.allow(outerSource)) {
            LOG.warn(
                    "{} sends to {} by version {} of its mapping, which is {} here: its packets are dropped; all xTRs"
                            + " of a site must have the same version",
                    outerSource,
                    eid,
                    sent,
                    own);
        }
    }

    private void onOlder(EidPrefix eid, IpAddress outerSource) {
        context.count(ControlCounter.MAP_VERSIONS_OLDER);
        if (!itrs.containsKey(outerSource) && itrs.size() >= MAX_ITRS) {
            return;
        }
        long now = context.timers().nanoTime();
        Itr itr = itrs.computeIfAbsent(outerSource, rloc -> new Itr());
        itr.seenNanos = now;
        Duration pause = itr.told < TRIES ? ONCE : PATIENT;
        if (itr.told == 0 || now - itr.toldNanos >= pause.toNanos()) {
            itr.told++;
            itr.toldNanos = now;
            tell.accept(eid, outerSource);
            publish();
        }
    }

    /** See {@link io.godwit.xtr.DataPlaneEvents#onSourceVersion}. */
    public void onSourceVersion(EidPrefix sourceEid, int word0) {
        Optional<Mapping> known = mappings.apply(sourceEid);
        if (known.isPresent()
                && known.get().forwarding() instanceof Forwarding.Remote remote
                && remote.mapVersion() != MapVersion.NULL
                && MapVersion.compare(LispHeader.sourceMapVersion(word0), remote.mapVersion()) > 0
                && asked.allow(known.get().eid())) {
            ask.accept(known.get().eid());
        }
    }

    private void forget() {
        long now = context.timers().nanoTime();
        if (itrs.values().removeIf(itr -> now - itr.seenNanos >= FORGET.toNanos())) {
            publish();
        }
    }

    private void publish() {
        Set<IpAddress> fresh = new HashSet<>();
        itrs.forEach((rloc, itr) -> {
            if (itr.told >= TRIES && fresh.size() < MAX_STALE) {
                fresh.add(rloc);
            }
        });
        if (!fresh.equals(stale)) {
            stale = fresh;
            context.dataPlane().refuseStale(fresh);
        }
    }
}
