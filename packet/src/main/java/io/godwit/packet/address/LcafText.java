package io.godwit.packet.address;

import java.util.List;

/** Pieces of the text forms of LCAFs. */
final class LcafText {
    private static final int MAC_BITS = 48;

    private LcafText() {}

    static String call(String name, List<?> arguments) {
        StringBuilder text = new StringBuilder(name).append('(');
        for (int i = 0; i < arguments.size(); i++) {
            text.append(i == 0 ? "" : ",").append(arguments.get(i));
        }
        return text.append(')').toString();
    }

    /** {@code address/length}, without the length when it is the address's own. */
    static String prefix(LispAddress address, int maskLength) {
        return maskLength == fullLength(address) ? address.toString() : address + "/" + maskLength;
    }

    /** Bits of an address that a prefix without length covers. */
    static int fullLength(LispAddress address) {
        return switch (address) {
            case IpAddress ip -> ip.bits();
            case MacAddress _ -> MAC_BITS;
            case DistinguishedName name -> name.maskLength();
            case InstanceIdAddress instance -> fullLength(instance.address());
            case NoAddress _ -> 0;
            case Lcaf _ -> 0;
        };
    }
}
