package io.godwit.xtr.observe.tap;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.TapRecord;
import java.util.List;
import org.agrona.DirectBuffer;

/** A tap's record, read from the ring: valid while its handler runs. */
final class TappedPacket {
    private static final List<String> STAGES =
            List.of("intake", "lookup", "encap", "transmit", "receive", "validate", "decap", "deliver");
    private static final List<DropReason> REASONS = List.of(DropReason.values());

    private final int type;
    private final DirectBuffer buffer;
    private final int index;

    TappedPacket(int type, DirectBuffer buffer, int index) {
        this.type = type;
        this.buffer = buffer;
        this.index = index;
    }

    long number() {
        return buffer.getLong(index + TapRecord.NUMBER);
    }

    long nanos() {
        return buffer.getLong(index + TapRecord.NANOS);
    }

    boolean fromSite() {
        return type <= TapRecord.STAGES;
    }

    /** From 1. */
    int stage() {
        return (type - 1) % TapRecord.STAGES + 1;
    }

    String stageName() {
        return STAGES.get(type - 1);
    }

    int verdict() {
        return integer(TapRecord.VERDICT);
    }

    boolean isOver() {
        return verdict() == PacketSlot.DONE;
    }

    boolean isReleased() {
        return flag(TapRecord.RELEASED);
    }

    /** Of one that {@link #isOver}: {@code drop-...}, or {@code parked}. */
    String end() {
        int reason = integer(TapRecord.REASON);
        return reason == PacketSlot.PARKED ? "parked" : REASONS.get(reason).shown();
    }

    int instance() {
        return integer(TapRecord.INSTANCE);
    }

    int length() {
        return integer(TapRecord.LENGTH);
    }

    int segmentSize() {
        return integer(TapRecord.SEGMENT_SIZE);
    }

    boolean locatorIsIpv6() {
        return flag(TapRecord.LOCATOR_IPV6);
    }

    IpAddress locator() {
        return address(locatorIsIpv6(), TapRecord.LOCATOR_HIGH, TapRecord.LOCATOR_LOW);
    }

    int locatorPort() {
        return integer(TapRecord.LOCATOR_PORT);
    }

    long lispHeader() {
        return buffer.getLong(index + TapRecord.LISP_HEADER);
    }

    int ttl() {
        return buffer.getShort(index + TapRecord.TTL) & 0xff;
    }

    int trafficClass() {
        return buffer.getShort(index + TapRecord.TRAFFIC_CLASS) & 0xff;
    }

    IpAddress source() {
        return address(flag(TapRecord.SOURCE_IPV6), TapRecord.SOURCE_HIGH, TapRecord.SOURCE_LOW);
    }

    int sourcePort() {
        return integer(TapRecord.SOURCE_PORT);
    }

    int receivedOn() {
        return integer(TapRecord.RECEIVED_ON);
    }

    int receivedTtl() {
        return integer(TapRecord.RECEIVED_TTL);
    }

    int receivedTrafficClass() {
        return integer(TapRecord.RECEIVED_TRAFFIC_CLASS);
    }

    int flowHash() {
        return integer(TapRecord.FLOW_HASH);
    }

    int datagrams() {
        return integer(TapRecord.DATAGRAMS);
    }

    /** Octets of datagram {@code i}, from the LISP header on. */
    int datagramLength(int i) {
        return integer(i == datagrams() - 1 ? TapRecord.LAST_DATAGRAM_LENGTH : TapRecord.DATAGRAM_LENGTH);
    }

    /** Where datagram {@code i} starts in {@link #octets}. */
    int datagramOffset(int i) {
        return i * integer(TapRecord.DATAGRAM_SPACING);
    }

    /** What was copied: {@value TapRecord#BEFORE} octets in front of the packet, and the packet. */
    byte[] octets() {
        byte[] octets = new byte[TapRecord.BEFORE + integer(TapRecord.COPIED)];
        buffer.getBytes(index + TapRecord.OCTETS, octets);
        return octets;
    }

    private boolean flag(int flag) {
        return (integer(TapRecord.FLAGS) & flag) != 0;
    }

    private int integer(int field) {
        return buffer.getInt(index + field);
    }

    private IpAddress address(boolean ipv6, int high, int low) {
        long second = buffer.getLong(index + low);
        return ipv6 ? new Ipv6Address(buffer.getLong(index + high), second) : new Ipv4Address((int) second);
    }
}
