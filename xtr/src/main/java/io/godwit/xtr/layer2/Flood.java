package io.godwit.xtr.layer2;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.EidKey;
import io.godwit.xtr.ring.PacketSlot;
import java.util.List;

/** The RLOCs that each get what is for many, of one layer-2 instance. Immutable. */
final class Flood {
    private final long[] high;
    private final long[] low;
    private final boolean[] ipv6;
    private final boolean anyIpv6;

    Flood(List<IpAddress> rlocs) {
        high = new long[rlocs.size()];
        low = new long[high.length];
        ipv6 = new boolean[high.length];
        boolean any = false;
        for (int i = 0; i < high.length; i++) {
            EidPrefix rloc = EidPrefix.host(0, rlocs.get(i));
            high[i] = EidKey.high(rloc);
            low[i] = EidKey.low(rloc);
            ipv6[i] = EidKey.isWide(rloc);
            any |= ipv6[i];
        }
        anyIpv6 = any;
    }

    int size() {
        return high.length;
    }

    /** Lets the frame be measured for all of them. */
    void prepare(PacketSlot slot) {
        slot.verdict = PacketSlot.ENCAPSULATE;
        slot.maxLength = Integer.MAX_VALUE;
        slot.locatorIpv6 = anyIpv6;
    }

    /** To the RLOC of this number. */
    void address(PacketSlot slot, int number) {
        slot.locatorHigh = high[number];
        slot.locatorLow = low[number];
        slot.locatorIpv6 = ipv6[number];
        slot.locatorPort = LispHeader.PORT;
    }
}
