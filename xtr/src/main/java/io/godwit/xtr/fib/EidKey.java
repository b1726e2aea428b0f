package io.godwit.xtr.fib;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;

/**
 * An EID-prefix as numbers, by which the forwarding path knows it. A MAC stands in the low 48 of 128 bits: a layer-2 instance has no other EIDs,
 * so it takes the place of an IPv6 address there.
 */
public final class EidKey {
    private static final int MAC_BITS = 48;
    private static final int WIDE_BITS = 128;

    private EidKey() {}

    /** Whether the EID has 128 bits: all but IPv4. */
    public static boolean isWide(EidPrefix eid) {
        return !(eid.address() instanceof Ipv4Address);
    }

    public static long high(EidPrefix eid) {
        return eid.address() instanceof Ipv6Address v6 ? v6.high() : 0;
    }

    /** Throws {@link IllegalArgumentException} for what is no EID of the forwarding path. */
    public static long low(EidPrefix eid) {
        LispAddress address = eid.address();
        return switch (address) {
            case Ipv4Address(int value) -> value & 0xffff_ffffL;
            case Ipv6Address v6 -> v6.low();
            case MacAddress(long value) -> value;
            default -> throw new IllegalArgumentException(eid + " is not an IPv4, IPv6 or MAC EID");
        };
    }

    /** Of the prefix, among the 32 or 128 bits. */
    public static int length(EidPrefix eid) {
        return eid.address() instanceof MacAddress ? eid.length() + WIDE_BITS - MAC_BITS : eid.length();
    }
}
