package io.godwit.xtr;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.ring.EventRing;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.MessageHandler;

/** Turns what the data threads wrote into calls; on the control thread. */
final class EventReader {
    private final List<DataPlaneConfig.Instance> instances;

    EventReader(List<DataPlaneConfig.Instance> instances) {
        this.instances = instances;
    }

    /** Hands over at most {@code limit} events of {@code ring}; returns how many. */
    int read(EventRing ring, DataPlaneEvents events, int limit) {
        MessageHandler handler = (type, buffer, index, length) -> hand(type, buffer, index, events);
        return ring.read(handler, limit);
    }

    private void hand(int type, DirectBuffer buffer, int index, DataPlaneEvents events) {
        DataPlaneConfig.Instance instance = instances.get(buffer.getInt(index));
        int instanceId = instance.instanceId();
        IpAddress other = other(buffer, index);
        switch (type) {
            case EventRing.AWAY_TRAFFIC -> events.onAwayTraffic(instanceId, eid(instance, buffer, index), other);
            case EventRing.ARRIVING -> events.onArriving(instanceId, eid(instance, buffer, index), other);
            case EventRing.NOT_LOCAL -> events.onNotLocal(instanceId, eid(instance, buffer, index), other);
            default -> {
                if (instance.layer2()) {
                    ofFrame(type, mac(buffer, index), instanceId, events);
                } else {
                    ofPacket(type, buffer, index, instanceId, other, events);
                }
            }
        }
    }

    private static LispAddress eid(DataPlaneConfig.Instance instance, DirectBuffer buffer, int index) {
        return instance.layer2() ? mac(buffer, index) : ip(buffer, index);
    }

    private static MacAddress mac(DirectBuffer buffer, int index) {
        return new MacAddress(buffer.getLong(index + EventRing.EID_LOW));
    }

    private static IpAddress ip(DirectBuffer buffer, int index) {
        return address(
                (buffer.getInt(index + EventRing.FAMILIES) & EventRing.EID_IPV6) != 0,
                buffer.getLong(index + EventRing.EID_HIGH),
                buffer.getLong(index + EventRing.EID_LOW));
    }

    private static void ofFrame(int type, MacAddress mac, int instanceId, DataPlaneEvents events) {
        switch (type) {
            case EventRing.MISS -> events.onMiss(instanceId, mac);
            case EventRing.SOURCE_MAC -> events.onSource(instanceId, mac);
            default -> throw new IllegalStateException("event type " + type);
        }
    }

    private static IpAddress other(DirectBuffer buffer, int index) {
        return address(
                (buffer.getInt(index + EventRing.FAMILIES) & EventRing.OTHER_IPV6) != 0,
                buffer.getLong(index + EventRing.OTHER_HIGH),
                buffer.getLong(index + EventRing.OTHER_LOW));
    }

    private static void ofPacket(
            int type, DirectBuffer buffer, int index, int instanceId, IpAddress other, DataPlaneEvents events) {
        IpAddress eid = ip(buffer, index);
        switch (type) {
            case EventRing.MISS -> events.onMiss(instanceId, other, eid);
            case EventRing.PEER -> events.onPeer(other, word0(buffer, index));
            case EventRing.STATUS_BITS -> {
                long header = buffer.getLong(index + EventRing.HEADER);
                events.onStatusBits(instanceId, eid, other, (int) (header >>> 32), (int) header);
            }
            case EventRing.UNKNOWN_SOURCE -> events.onUnknownSource(instanceId, eid, other);
            case EventRing.DESTINATION_VERSION ->
                events.onDestinationVersion(instanceId, eid, other, word0(buffer, index));
            case EventRing.SOURCE_VERSION -> events.onSourceVersion(instanceId, eid, other, word0(buffer, index));
            default -> throw new IllegalStateException("event type " + type);
        }
    }

    private static int word0(DirectBuffer buffer, int index) {
        return (int) (buffer.getLong(index + EventRing.HEADER) >>> 32);
    }

    private static IpAddress address(boolean ipv6, long high, long low) {
        return ipv6 ? new Ipv6Address(high, low) : new Ipv4Address((int) low);
    }
}
