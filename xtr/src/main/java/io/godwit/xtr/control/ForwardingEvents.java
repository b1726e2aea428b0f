package io.godwit.xtr.control;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.control.Action;
import io.godwit.xtr.DataPlaneEvents;
import io.godwit.xtr.control.core.ControlContext;
import io.godwit.xtr.control.etr.SiteDatabase;
import io.godwit.xtr.control.itr.MapCache;
import io.godwit.xtr.control.itr.MapRequestAgent;
import io.godwit.xtr.control.itr.Mapping;
import io.godwit.xtr.control.itr.SmrAgent;
import io.godwit.xtr.control.mobility.DynamicEidAgent;
import io.godwit.xtr.control.mobility.Hosts;
import io.godwit.xtr.control.mobility.MobilityAgent;
import io.godwit.xtr.control.mobility.MoveState;
import io.godwit.xtr.control.trusted.GleanAgent;
import io.godwit.xtr.control.trusted.MapVersionAgent;
import io.godwit.xtr.control.trusted.TrustedAgent;
import io.godwit.xtr.fib.Forwarding;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the data plane tells, and which agent gets it. */
final class ForwardingEvents implements DataPlaneEvents {
    private static final int EVENTS_A_TURN = 256;

    private final ControlContext context;
    private final SiteDatabase database;
    private final MapCache mapCache;
    private final MapRequestAgent requests;
    private final SmrAgent smr;
    private final Hosts hosts;
    private final DynamicEidAgent detection;
    private final MobilityAgent mobility;
    private final TrustedAgent trusted;
    private final GleanAgent gleaning;
    private final MapVersionAgent versions;
    private final AtomicBoolean pollQueued = new AtomicBoolean();

    ForwardingEvents(
            ControlContext context,
            SiteDatabase database,
            MapCache mapCache,
            MapRequestAgent requests,
            SmrAgent smr,
            Hosts hosts,
            DynamicEidAgent detection,
            MobilityAgent mobility,
            TrustedAgent trusted,
            GleanAgent gleaning,
            MapVersionAgent versions) {
        this.context = context;
        this.database = database;
        this.mapCache = mapCache;
        this.requests = requests;
        this.smr = smr;
        this.hosts = hosts;
        this.detection = detection;
        this.mobility = mobility;
        this.trusted = trusted;
        this.gleaning = gleaning;
        this.versions = versions;
    }

    /** From any thread: the data plane has events. */
    void wakeUp() {
        if (pollQueued.compareAndSet(false, true)) {
            context.timers().execute(this::poll);
        }
    }

    private void poll() {
        pollQueued.set(false);
        if (context.dataPlane().poll(this, EVENTS_A_TURN) >= EVENTS_A_TURN) {
            wakeUp();
        }
    }

    @Override
    public void onMiss(int instanceId, IpAddress sourceEid, IpAddress destinationEid) {
        onMiss(EidPrefix.host(instanceId, destinationEid), sourceEid);
    }

    @Override
    public void onMiss(int instanceId, MacAddress destination) {
        EidPrefix eid = EidPrefix.host(instanceId, destination);
        if (isUnknown(eid)) {
            requests.refresh(eid);
        }
    }

    /** Nobody here knows where {@code eid} is. */
    void onMiss(EidPrefix eid, IpAddress sourceEid) {
        if (isUnknown(eid)) {
            requests.onMiss(eid, sourceEid);
        }
    }

    private boolean isUnknown(EidPrefix eid) {
        boolean known = mapCache.longestMatch(eid)
                .filter(mapping -> !asksForMore(mapping))
                .isPresent();
        return !known && !database.covers(eid) && hosts.state(eid) instanceof MoveState.Absent;
    }

    private static boolean asksForMore(Mapping mapping) {
        return mapping.forwarding() instanceof Forwarding.Negative(Action action) && action == Action.SEND_MAP_REQUEST;
    }

    @Override
    public void onAwayTraffic(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
        mobility.onAwayTraffic(EidPrefix.host(instanceId, destinationEid), outerSource);
    }

    @Override
    public void onSource(int instanceId, MacAddress source) {
        detection.onFrame(EidPrefix.host(instanceId, source));
    }

    @Override
    public void onArriving(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
        mobility.onArriving(EidPrefix.host(instanceId, destinationEid), outerSource);
    }

    /** An old mapping, or none of ours: whoever sends should ask again. */
    @Override
    public void onNotLocal(int instanceId, LispAddress destinationEid, IpAddress outerSource) {
        EidPrefix eid = EidPrefix.host(instanceId, destinationEid);
        if (hosts.state(eid) instanceof MoveState.Absent) {
            smr.solicit(eid, outerSource);
        }
    }

    @Override
    public void onPeer(IpAddress outerSource, int word0) {
        trusted.onPeer(outerSource, word0);
    }

    @Override
    public void onStatusBits(int instanceId, IpAddress sourceEid, IpAddress outerSource, int word0, int word1) {
        trusted.onStatusBits(instanceId, sourceEid, outerSource, word0, word1);
    }

    @Override
    public void onDestinationVersion(int instanceId, IpAddress destinationEid, IpAddress outerSource, int word0) {
        versions.onDestinationVersion(EidPrefix.host(instanceId, destinationEid), outerSource, word0);
    }

    @Override
    public void onSourceVersion(int instanceId, IpAddress sourceEid, IpAddress outerSource, int word0) {
        versions.onSourceVersion(EidPrefix.host(instanceId, sourceEid), word0);
    }

    @Override
    public void onUnknownSource(int instanceId, IpAddress sourceEid, IpAddress outerSource) {
        gleaning.onUnknownSource(instanceId, sourceEid, outerSource);
    }
}
