package io.godwit.xtr.egress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.CounterBlock;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.RingLayout;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Splits an inner IPv4 packet into equal fragments (RFC 9300 section 7.1, RFC 791 section 2.3), two unless that is not enough, each encapsulated.
 * The payload is moved apart within the slot so that each fragment's headers stand in front of it.
 */
final class Fragmenter {
    private static final int FIELD = 6;
    private static final int TOTAL_LENGTH = 2;
    private static final int COPIED = 0x80;
    private static final int NOP = 1;

    private final CounterBlock counters;

    Fragmenter(CounterBlock counters) {
        this.counters = counters;
    }

    /** False when the slot has no room for the headers. {@code max} is the largest inner packet. */
    boolean split(PacketSlot slot, int max) {
        UnsafeBuffer buffer = slot.buffer;
        int header = Ipv4Header.headerLength(buffer, slot.packet);
        int payload = slot.length - header;
        int most = (max - header) & -8;
        int fragments = (payload + most - 1) / most;
        int each = (payload + fragments * 8 - 1) / (fragments * 8) * 8;
        int spacing = LispHeader.LENGTH + header + each;
        int last = payload - (fragments - 1) * each;
        if (spacing * (fragments - 1) + header + last > RingLayout.CAPACITY) {
            return false;
        }
        for (int i = fragments - 1; i > 0; i--) {
            int length = i == fragments - 1 ? last : each;
            buffer.putBytes(slot.packet + i * spacing + header, buffer, slot.packet + header + i * each, length);
            buffer.putBytes(slot.packet + i * spacing, buffer, slot.packet, header);
            blankOptions(buffer, slot.packet + i * spacing, header);
        }
        int field = Ipv4Header.fragmentField(buffer, slot.packet);
        for (int i = 0; i < fragments; i++) {
            boolean more = i < fragments - 1 || (field & Ipv4Header.MORE_FRAGMENTS) != 0;
            int position = (field & Ipv4Header.FRAGMENT_OFFSET_MASK) + i * each / 8;
            int length = header + (i < fragments - 1 ? each : last);
            putHeader(slot, slot.packet + i * spacing, length, position | (more ? Ipv4Header.MORE_FRAGMENTS : 0));
        }
        slot.datagrams = fragments;
        slot.datagramSpacing = spacing;
        slot.datagramLength = spacing;
        slot.lastDatagramLength = LispHeader.LENGTH + header + last;
        counters.add(Counter.FRAGMENTED_PACKETS, 1);
        return true;
    }

    private static void putHeader(PacketSlot slot, int offset, int length, int field) {
        UnsafeBuffer buffer = slot.buffer;
        buffer.putLong(offset - LispHeader.LENGTH, slot.lispHeader, ByteOrder.BIG_ENDIAN);
        buffer.putShort(offset + TOTAL_LENGTH, (short) length, ByteOrder.BIG_ENDIAN);
        buffer.putShort(offset + FIELD, (short) field, ByteOrder.BIG_ENDIAN);
        Ipv4Header.updateChecksum(buffer, offset);
    }

    /** Options without the copied flag belong into the first fragment only (RFC 791 section 3.1). */
    private static void blankOptions(UnsafeBuffer buffer, int offset, int header) {
        int end = offset + header;
        int at = offset + Ipv4Header.LENGTH;
        while (at < end) {
            int type = buffer.getByte(at) & 0xff;
            int length = type <= NOP || at + 1 == end ? 1 : Math.max(2, buffer.getByte(at + 1) & 0xff);
            int stop = Math.min(end, at + length);
            if ((type & COPIED) == 0) {
                buffer.setMemory(at, stop - at, (byte) NOP);
            }
            at = stop;
        }
    }
}
