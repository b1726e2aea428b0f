package io.godwit.xtr.ring;

import io.godwit.packet.data.LispHeader;
import org.agrona.UnsafeApi;

/**
 * What a {@link Tap} notes of a packet behind a stage, in native byte order; the message type tells direction and stage.
 *
 * <pre>
 * | packet number (8) | time, nanoseconds (8)
 * | verdict (4) | drop reason (4) | instance index (4) | flags (4)
 * | length (4) | segment size (4) | header length (4) | transport offset (4)
 * | locator (16) | LISP header (8) | port (4) | TTL (2) | traffic class (2)
 * | received from (16) | port (4) | on (4) | TTL (4) | traffic class (4)
 * | flow hash (4) | datagrams (4) | length of each (4) | length of the last (4)
 * | from one datagram to the next (4) | octets copied (4)
 * | eight octets in front of the packet, packet, as far as copied
 * </pre>
 */
public final class TapRecord {
    /** Message types are {@code direction * STAGES + stage}, stages counted from 1. */
    public static final int STAGES = 4;

    public static final int FROM_SITE = 0;
    public static final int FROM_CORE = 1;

    /** In the flags. */
    public static final int IPV6 = 1;

    public static final int LOCATOR_IPV6 = 2;
    public static final int SOURCE_IPV6 = 4;
    /** Came back from the parking lot. */
    public static final int RELEASED = 8;

    public static final int NUMBER = 0;
    public static final int NANOS = 8;
    public static final int VERDICT = 16;
    public static final int REASON = 20;
    public static final int INSTANCE = 24;
    public static final int FLAGS = 28;
    public static final int LENGTH = 32;
    public static final int SEGMENT_SIZE = 36;
    public static final int HEADER_LENGTH = 40;
    public static final int TRANSPORT_OFFSET = 44;
    public static final int LOCATOR_HIGH = 48;
    public static final int LOCATOR_LOW = 56;
    public static final int LISP_HEADER = 64;
    public static final int LOCATOR_PORT = 72;
    public static final int TTL = 76;
    public static final int TRAFFIC_CLASS = 78;
    public static final int SOURCE_HIGH = 80;
    public static final int SOURCE_LOW = 88;
    public static final int SOURCE_PORT = 96;
    public static final int RECEIVED_ON = 100;
    public static final int RECEIVED_TTL = 104;
    public static final int RECEIVED_TRAFFIC_CLASS = 108;
    public static final int FLOW_HASH = 112;
    public static final int DATAGRAMS = 116;
    public static final int DATAGRAM_LENGTH = 120;
    public static final int LAST_DATAGRAM_LENGTH = 124;
    public static final int DATAGRAM_SPACING = 128;
    public static final int COPIED = 132;
    public static final int OCTETS = 136;
    /** Copied octets in front of the packet: where its LISP header stands, if it has one. */
    public static final int BEFORE = LispHeader.LENGTH;

    private TapRecord() {}

    /** @param copied octets of the packet to copy, those in front of it not counted */
    static void write(long at, PacketSlot slot, long nanos, int copied) {
        UnsafeApi.putLong(at + NUMBER, slot.tap >>> Tap.MASK_BITS);
        UnsafeApi.putLong(at + NANOS, nanos);
        UnsafeApi.putInt(at + VERDICT, slot.verdict);
        UnsafeApi.putInt(at + REASON, slot.dropReason);
        UnsafeApi.putInt(at + INSTANCE, slot.instance);
        int flags = (slot.ipv6 ? IPV6 : 0)
                | (slot.locatorIpv6 ? LOCATOR_IPV6 : 0)
                | (slot.sourceIpv6 ? SOURCE_IPV6 : 0)
                | (slot.released ? RELEASED : 0);
        UnsafeApi.putInt(at + FLAGS, flags);
        UnsafeApi.putInt(at + LENGTH, slot.length);
        UnsafeApi.putInt(at + SEGMENT_SIZE, slot.segmentSize);
        UnsafeApi.putInt(at + HEADER_LENGTH, slot.headerLength);
        UnsafeApi.putInt(at + TRANSPORT_OFFSET, slot.transportOffset);
        UnsafeApi.putLong(at + LOCATOR_HIGH, slot.locatorHigh);
        UnsafeApi.putLong(at + LOCATOR_LOW, slot.locatorLow);
        UnsafeApi.putLong(at + LISP_HEADER, slot.lispHeader);
        UnsafeApi.putInt(at + LOCATOR_PORT, slot.locatorPort);
        UnsafeApi.putShort(at + TTL, (short) slot.ttl);
        UnsafeApi.putShort(at + TRAFFIC_CLASS, (short) slot.trafficClass);
        received(at, slot);
        UnsafeApi.putInt(at + FLOW_HASH, slot.flowHash);
        UnsafeApi.putInt(at + DATAGRAMS, slot.datagrams);
        UnsafeApi.putInt(at + DATAGRAM_LENGTH, slot.datagramLength);
        UnsafeApi.putInt(at + LAST_DATAGRAM_LENGTH, slot.lastDatagramLength);
        UnsafeApi.putInt(at + DATAGRAM_SPACING, slot.datagramSpacing);
        UnsafeApi.putInt(at + COPIED, copied);
        UnsafeApi.copyMemory(slot.address - BEFORE, at + OCTETS, BEFORE + copied);
    }

    private static void received(long at, PacketSlot slot) {
        UnsafeApi.putLong(at + SOURCE_HIGH, slot.sourceHigh);
        UnsafeApi.putLong(at + SOURCE_LOW, slot.sourceLow);
        UnsafeApi.putInt(at + SOURCE_PORT, slot.receivedPort);
        UnsafeApi.putInt(at + RECEIVED_ON, slot.receivedOn);
        UnsafeApi.putInt(at + RECEIVED_TTL, slot.receivedTtl);
        UnsafeApi.putInt(at + RECEIVED_TRAFFIC_CLASS, slot.receivedTrafficClass);
    }
}
