package io.godwit.packet.control;

import io.godwit.packet.address.DistinguishedName;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.address.Lcaf;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.address.NoAddress;
import java.nio.charset.StandardCharsets;

/** The counterpart of {@link AddressReader}. */
final class AddressWriter {
    private AddressWriter() {}

    static void write(Output out, LispAddress address) {
        switch (address) {
            case NoAddress _ -> out.u16(Afi.NONE);
            case Ipv4Address(int value) -> {
                out.u16(Afi.IPV4);
                out.i32(value);
            }
            case Ipv6Address(long high, long low) -> {
                out.u16(Afi.IPV6);
                out.i64(high);
                out.i64(low);
            }
            case MacAddress(long value) -> {
                out.u16(Afi.MAC);
                out.u16((int) (value >>> 32));
                out.i32((int) value);
            }
            case DistinguishedName(String name) -> {
                out.u16(Afi.DISTINGUISHED_NAME);
                out.octets(name.getBytes(StandardCharsets.ISO_8859_1));
                out.u8(0);
            }
            case Lcaf lcaf -> lcaf(out, lcaf);
        }
    }

    private static void lcaf(Output out, Lcaf lcaf) {
        out.u16(Afi.LCAF);
        out.u16(0);
        int header = out.position();
        out.i32(0);
        LcafWriter.write(out, lcaf);
        out.u16At(header, LcafWriter.typeAndReserved2(lcaf));
        out.u16At(header + 2, Output.count(out.position() - header - 4, 16, "octets of an LCAF"));
    }
}
