package io.godwit.packet.control;

import io.godwit.packet.address.InstanceIdAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.address.NoAddress;

/** AFI-coded addresses and LCAFs (RFC 8060 section 3). */
final class AddressReader {
    private AddressReader() {}

    /** Reads the AFI and the address. {@link Input#takeSkipped()} tells whether it must be ignored. */
    static LispAddress read(Input in) {
        int afi = in.u16();
        in.allowPadding(false);
        return switch (afi) {
            case Afi.NONE -> NoAddress.INSTANCE;
            case Afi.IPV4 -> new Ipv4Address(in.i32());
            case Afi.IPV6 -> new Ipv6Address(in.i64(), in.i64());
            case Afi.MAC, Afi.MAC_48 -> new MacAddress((long) in.u16() << 32 | (in.i32() & 0xffffffffL));
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
        LispAddress address = body(in, type, reserved2);
        in.leave(outer);
        return address;
    }

    private static LispAddress body(Input in, int type, int reserved2) {
        return switch (type) {
            case 2 -> new InstanceIdAddress(in.i32(), reserved2, read(in));
            default -> {
                in.skipAddress();
                yield NoAddress.INSTANCE;
            }
        };
    }
}
