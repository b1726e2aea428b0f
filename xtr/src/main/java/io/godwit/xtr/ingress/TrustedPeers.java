package io.godwit.xtr.ingress;

import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.ring.EventRing;
import io.godwit.xtr.ring.PacketSlot;

/**
 * What the headers of trusted peers say besides the instance-id is told to the control plane: nonces, Locator-Status-Bits and, for gleaning, where a
 * source is; map-versions are checked. Nothing of it is looked at for others (RFC 9300 section 4.1).
 */
public final class TrustedPeers {
    private static final int NONCE_BITS = LispHeader.NONCE_PRESENT | LispHeader.ECHO_NONCE_REQUEST | 0x00ff_ffff;

    private final Trust trust;
    private final boolean off;
    private final boolean gpe;
    private final SourcePrefixes peers;
    private final FibReader reader;
    private final EventRing events;
    private final CoarseClock clock;
    private final MapVersionCheck versions;

    /** @param gpe whether the P bit is understood: with it nonces mean nothing (RFC 9305 section 3) */
    public TrustedPeers(
            Trust trust, boolean gpe, FibReader reader, EventRing events, MapVersionCheck versions, CoarseClock clock) {
        this.versions = versions;
        this.trust = trust;
        this.off = trust.isOff();
        this.gpe = gpe;
        this.peers = SourcePrefixes.of(0, trust.rlocs());
        this.reader = reader;
        this.events = events;
        this.clock = clock;
    }

    boolean isOff() {
        return off;
    }

    /** False when the packet was dropped. */
    boolean admits(PacketSlot slot) {
        return off || examine(slot);
    }

    private boolean examine(PacketSlot slot) {
        boolean trusted = slot.sourceIpv6
                ? peers.contains(slot.sourceHigh, slot.sourceLow)
                : peers.contains((int) slot.sourceLow);
        if (!trusted) {
            return true;
        }
        int word0 = LispHeader.word0(slot.buffer, slot.packet - LispHeader.LENGTH);
        int word1 = LispHeader.word1(slot.buffer, slot.packet - LispHeader.LENGTH);
        boolean protocol = gpe && LispHeader.hasNextProtocol(word0);
        if (trust.echoNonce()) {
            boolean nonce = LispHeader.hasNonce(word0) && !protocol;
            tell(EventRing.PEER, slot, false, 0, 0, (long) (nonce ? word0 & NONCE_BITS : 0) << 32);
        }
        boolean status = trust.statusBits() && LispHeader.hasLocatorStatusBits(word0);
        if (status || trust.gleans()) {
            long high = slot.ipv6 ? Ipv6Header.sourceHigh(slot.buffer, slot.packet) : 0;
            long low = slot.ipv6
                    ? Ipv6Header.sourceLow(slot.buffer, slot.packet)
                    : Ipv4Header.source(slot.buffer, slot.packet) & 0xffff_ffffL;
            if (status) {
                long flags = word0 & (LispHeader.LOCATOR_STATUS_BITS_PRESENT | LispHeader.INSTANCE_ID_PRESENT);
                tell(EventRing.STATUS_BITS, slot, slot.ipv6, high, low, flags << 32 | (word1 & 0xffff_ffffL));
            }
            if (trust.gleans()
                    && reader.lookup(slot.instance, slot.ipv6, high, low).kind() == ForwardingEntry.MISS) {
                tell(EventRing.UNKNOWN_SOURCE, slot, slot.ipv6, high, low, 0);
            }
        }
        return !trust.mapVersions() || protocol || !LispHeader.hasMapVersions(word0) || versions.admits(slot, word0);
    }

    private void tell(int type, PacketSlot slot, boolean ipv6, long high, long low, long header) {
        events.tell(
                type,
                slot.instance,
                ipv6,
                high,
                low,
                slot.sourceIpv6,
                slot.sourceHigh,
                slot.sourceLow,
                header,
                clock.millis());
    }
}
