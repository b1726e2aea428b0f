package io.godwit.xtr;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;

/** What the forwarding path tells the control plane, through a bounded ring; called on the control thread. EIDs of layer-2 instances are MACs. */
public interface DataPlaneEvents {
    /** A packet had no entry (or one that wants a Map-Request): it is parked, if there was room. Rate limited per EID. */
    void onMiss(int instanceId, IpAddress sourceEid, IpAddress destinationEid);

    /** As {@link #onMiss(int, IpAddress, IpAddress)}, of a frame in a layer-2 instance. */
    default void onMiss(int instanceId, MacAddress destination) {}

    /** A packet for an EID that moved away came from {@code outerSource}, an RLOC. Rate limited. */
    void onAwayTraffic(int instanceId, LispAddress destinationEid, IpAddress outerSource);

    /** The first packet from a holder of an expected EID came: its entry now behaves as arriving. */
    void onArriving(int instanceId, LispAddress destinationEid, IpAddress outerSource);

    /** A packet from outside was for an EID in a dynamic prefix that is not here. Rate limited. */
    void onNotLocal(int instanceId, LispAddress destinationEid, IpAddress outerSource);

    /** In a layer-2 instance a frame came from the site, from a MAC not known to be here; or from one that is, every few seconds. Rate limited. */
    default void onSource(int instanceId, MacAddress source) {}

    /** Trusted mode: a packet came from {@code outerSource}; {@code word0} of its LISP header tells of nonces. Rate limited per nonce. */
    default void onPeer(IpAddress outerSource, int word0) {}

    /** Trusted mode: a packet from {@code sourceEid} came with Locator-Status-Bits in these header words. Rate limited. */
    default void onStatusBits(int instanceId, IpAddress sourceEid, IpAddress outerSource, int word0, int word1) {}

    /** Trusted mode: a packet to the local {@code destinationEid} came by another version of its mapping. Rate limited. */
    default void onDestinationVersion(int instanceId, IpAddress destinationEid, IpAddress outerSource, int word0) {}

    /** Trusted mode: a packet from {@code sourceEid} came by a newer version of its mapping than is known here. Rate limited. */
    default void onSourceVersion(int instanceId, IpAddress sourceEid, IpAddress outerSource, int word0) {}

    /** Gleaning: a packet came from {@code sourceEid}, which has no entry, through the trusted {@code outerSource}. Rate limited. */
    default void onUnknownSource(int instanceId, IpAddress sourceEid, IpAddress outerSource) {}
}
