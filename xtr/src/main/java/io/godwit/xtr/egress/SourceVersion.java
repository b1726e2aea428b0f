package io.godwit.xtr.egress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.ring.PacketSlot;

/** The Source Map-Version of a packet to a trusted peer (RFC 9302 section 7): that of the mapping of the inner source, which is here. */
final class SourceVersion {
    /** In a LISP header: V. */
    static final long WANTED = (long) LispHeader.MAP_VERSIONS_PRESENT << 32;

    private static final int SHIFT = 32 + 12;

    private SourceVersion() {}

    /** In its place of the header; 0, none, for a source without a version. */
    static long of(PacketSlot slot, FibReader reader) {
        ForwardingEntry entry = slot.ipv6
                ? reader.lookup(
                        slot.instance,
                        Ipv6Header.sourceHigh(slot.buffer, slot.packet),
                        Ipv6Header.sourceLow(slot.buffer, slot.packet))
                : reader.lookup(slot.instance, Ipv4Header.source(slot.buffer, slot.packet));
        return entry.kind() == ForwardingEntry.LOCAL ? (long) entry.mapVersion() << SHIFT : 0;
    }
}
