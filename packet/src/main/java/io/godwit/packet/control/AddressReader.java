package io.godwit.packet.control;

import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.address.NoAddress;

/** AFI-coded addresses and LCAFs (RFC 8060 section 3). */
final class AddressReader {
    private static final int NAT_TRAVERSAL = 7;

    private AddressReader() {}

    /** Reads the AFI and the address. {@link Input#takeSkipped()} tells whether it must be ignored. */
    static LispAddress read(Input in) {
        return read(in, in.u16());
    }

    /** As {@link #read(Input)}, the AFI having been read together with what stands before it: one bounds check instead of several. */
    static LispAddress read(Input in, int afi) {
        in.allowPadding(false);
        return switch (afi) {
            case Afi.NONE -> NoAddress.INSTANCE;
            case Afi.IPV4 -> new Ipv4Address(in.i32());
            case Afi.IPV6 -> new Ipv6Address(in.i64(), in.i64());
            case Afi.MAC, Afi.MAC_48 -> new MacAddress((long) in.u16() << 32 | (in.i32() & 0xffffffffL));
            case Afi.DISTINGUISHED_NAME -> name(in);
            case Afi.LCAF -> lcaf(in);
            default -> {
                in.fail(MalformedReason.UNKNOWN_AFI);
                yield NoAddress.INSTANCE;
            }
        };
    }

    private static LispAddress lcaf(Input in) {
        in.skip(2);
        int type = in.u8();
        int reserved2 = in.u8();
        int outer = in.enter(in.u16());
        LispAddress address = in.failed() ? NoAddress.INSTANCE : LcafReader.read(in, type, reserved2);
        in.leave(outer);
        return address;
    }

    /**
     * The NAT-Traversal LCAF that ends an Info-Reply. lispers.net's length leaves out the RTRs: the list goes on to the end of the
     * message.
     */
    static NatTraversal readNatTraversal(Input in) {
        int afi = in.u16();
        in.skip(2);
        int type = in.u8();
        in.skip(3);
        if (afi != Afi.LCAF || type != NAT_TRAVERSAL) {
            in.fail(MalformedReason.NO_NAT_DATA);
        }
        return LcafReader.natTraversal(in);
    }

    private static LispAddress name(Input in) {
        String name = in.nulTerminated();
        in.allowPadding(true);
        return new DistinguishedName(name);
    }
}
