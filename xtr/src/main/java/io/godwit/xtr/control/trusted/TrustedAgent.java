package io.godwit.xtr.control.trusted;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.config.ForwardingConfig;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.core.ControlCounter;
import io.godwit.xtr.control.itr.Mapping;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What is put into the headers of packets to peers that are trusted or understand LISP-GPE, and what follows from what trusted peers put there. The
 * forwarding path adds prebuilt words; here is all state.
 */
public final class TrustedAgent {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final long IN_USE_NANOS = 60_000_000_000L;
    private static final Duration IN_USE = Duration.ofNanos(IN_USE_NANOS);
    /** The use-LSB timer (RFC 9300 section 13.1): a start may be a change of the locator-set. */
    private static final Duration USE_LSB = Duration.ofMinutes(5);
    /** A site that says nothing any more has not to be believed for ever. */
    private static final long SAID_DOWN_NANOS = 300_000_000_000L;

    private static final int MAX_PEERS = 16_384;
    private static final int LONG_BITS = 32;
    private static final int SHORT_BITS = 8;

    private final ControlContext context;
    private final ForwardingConfig.TrustedConfig trusted;
    private final List<EidPrefix> gpePeers;
    private final Function<EidPrefix, Optional<Mapping>> mappings;
    private final Map<IpAddress, Peer> peers = new HashMap<>();
    /** Locators of mappings whose Map-Reply had E. */
    private final Set<IpAddress> echoing = new HashSet<>();

    private long useBitsNanos;

    /** @param mappings the map-cache's longest match */
    public TrustedAgent(
            ControlContext context, ForwardingConfig config, Function<EidPrefix, Optional<Mapping>> mappings) {
        this.context = context;
        this.trusted = config.trusted();
        this.gpePeers = config.gpePeers();
        this.mappings = mappings;
    }

    /** Whether Map-Replies of ours are to say that we can echo nonces. */
    public boolean echoes() {
        return trusted.echoNonce() && !trusted.rlocs().isEmpty();
    }

    public void start() {
        locatorSetChanged();
        if (!trusted.rlocs().isEmpty() || !gpePeers.isEmpty()) {
            context.timers().every(TICK, this::tick);
        }
    }

    /** Status bits of the old set would be misread: none are sent for a while. */
    public void locatorSetChanged() {
        useBitsNanos = context.timers().nanoTime() + USE_LSB.toNanos();
    }

    /** A Map-Reply to us, with E, said this. */
    public void onEchoAllowed(EidRecord eidRecord) {
        for (RlocRecord rloc : eidRecord.locators()) {
            if (rloc.locator() instanceof IpAddress ip && isIn(trusted.rlocs(), ip) && echoing.size() < MAX_PEERS) {
                echoing.add(ip);
            }
        }
    }

    private void tick() {
        long now = context.timers().nanoTime();
        for (IpAddress locator : context.dataPlane().recentLocators(IN_USE)) {
            peer(locator).ifPresent(peer -> peer.lastUsedNanos = now);
        }
        Iterator<Map.Entry<IpAddress, Peer>> all = peers.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<IpAddress, Peer> each = all.next();
            Peer peer = each.getValue();
            if (echoes() && peer.trusted) {
                if (echoing.contains(each.getKey())) {
                    peer.echo.allow();
                }
                peer.echo.tick(now);
            }
            peer.saidDown &= now - peer.saidDownNanos < SAID_DOWN_NANOS;
            apply(each.getKey(), peer);
            if (now - peer.lastUsedNanos > IN_USE_NANOS && peer.isReachable()) {
                context.dataPlane().header(each.getKey(), 0, 0);
                all.remove();
            }
        }
    }

    /** Empty for one of whom nothing is to be known, or when there are too many. */
    private Optional<Peer> peer(IpAddress rloc) {
        Peer known = peers.get(rloc);
        if (known != null) {
            return Optional.of(known);
        }
        boolean isTrusted = isIn(trusted.rlocs(), rloc);
        boolean gpe = isIn(gpePeers, rloc);
        if ((!isTrusted && !gpe) || peers.size() >= MAX_PEERS) {
            return Optional.empty();
        }
        long now = context.timers().nanoTime();
        Peer fresh = new Peer(isTrusted, gpe, new EchoNonce(context.random(), now));
        fresh.lastUsedNanos = now;
        peers.put(rloc, fresh);
        return Optional.of(fresh);
    }

    private static boolean isIn(List<EidPrefix> prefixes, IpAddress rloc) {
        EidPrefix host = EidPrefix.host(0, rloc);
        return prefixes.stream().anyMatch(prefix -> prefix.covers(host));
    }

    private void apply(IpAddress rloc, Peer peer) {
        boolean sendsBits = trusted.locatorStatusBits() && context.timers().nanoTime() - useBitsNanos >= 0;
        int bits = context.locators().statusBits();
        boolean versions = trusted.mapVersions();
        context.dataPlane()
                .header(
                        rloc,
                        peer.header(false, versions, sendsBits, bits),
                        peer.header(true, versions, sendsBits, bits));
        if (peer.changes()) {
            context.dataPlane().reachable(rloc, peer.isReachable());
            context.count(peer.isReachable() ? ControlCounter.LOCATORS_UP : ControlCounter.LOCATORS_DOWN);
        }
    }

    /** See {@link io.godwit.xtr.DataPlaneEvents#onPeer}. */
    public void onPeer(IpAddress outerSource, int word0) {
        if (echoes()) {
            peer(outerSource).filter(peer -> peer.trusted && !peer.gpe).ifPresent(peer -> {
                peer.echo.onPacket(word0, context.timers().nanoTime());
                apply(outerSource, peer);
            });
        }
    }

    /** See {@link io.godwit.xtr.DataPlaneEvents#onStatusBits}. Only a locator of the site itself is believed. */
    public void onStatusBits(int instanceId, IpAddress sourceEid, IpAddress outerSource, int word0, int word1) {
        Optional<Mapping> mapping = mappings.apply(EidPrefix.host(instanceId, sourceEid));
        if (mapping.isEmpty() || !trusted.locatorStatusBits() || !isIn(trusted.rlocs(), outerSource)) {
            return;
        }
        List<RlocRecord> locators = mapping.get().locators();
        if (locators.stream().noneMatch(rloc -> rloc.locator().equals(outerSource))) {
            return;
        }
        int bits = LispHeader.locatorStatusBits(word0, word1);
        int width = LispHeader.hasInstanceId(word0) ? SHORT_BITS : LONG_BITS;
        for (int i = 0; i < Math.min(width, locators.size()); i++) {
            boolean down = (bits >>> i & 1) == 0;
            if (locators.get(i).locator() instanceof IpAddress ip) {
                peer(ip).ifPresent(peer -> said(ip, peer, down));
            }
        }
    }

    private void said(IpAddress rloc, Peer peer, boolean down) {
        peer.saidDown = down;
        peer.saidDownNanos = context.timers().nanoTime();
        apply(rloc, peer);
    }
}
