package io.godwit.packet.control;

import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Lcaf;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.address.NoAddress;

/** The mask lengths that fit an EID, and clearing of the bits beyond one. */
final class AddressMask {
    private static final int MAC_BITS = 48;
    private static final int INSTANCE_BITS = 32;
    private static final int ANY = 255;

    private AddressMask() {}

    /** The longest mask; of the inner address for an Instance-ID LCAF. Other LCAFs carry their own masks. */
    static int maxLength(LispAddress eid) {
        return switch (eid) {
            case NoAddress _ -> 0;
            case IpAddress ip -> ip.bits();
            case MacAddress _ -> MAC_BITS;
            case DistinguishedName name -> name.maskLength();
            case InstanceIdAddress instance ->
                instance.address() instanceof NoAddress ? INSTANCE_BITS : maxLength(instance.address());
            case Lcaf _ -> ANY;
        };
    }

    /** {@code eid} with its host bits cleared; the same object when there are none. */
    static LispAddress clear(LispAddress eid, int length) {
        if (length == maxLength(eid)) {
            return eid;
        }
        return switch (eid) {
            case NoAddress none -> none;
            case IpAddress ip -> {
                IpAddress masked = ip.mask(length);
                yield masked.equals(ip) ? ip : masked;
            }
            case MacAddress(long value) -> new MacAddress(value & -1L << (MAC_BITS - length));
            case InstanceIdAddress(int instanceId, int maskLength, LispAddress inner) -> {
                LispAddress masked = clear(inner, length);
                yield masked.equals(inner) ? eid : new InstanceIdAddress(instanceId, maskLength, masked);
            }
            case DistinguishedName name -> name;
            case Lcaf other -> other;
        };
    }
}
