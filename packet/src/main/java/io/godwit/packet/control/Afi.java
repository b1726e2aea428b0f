package io.godwit.packet.control;

/** Address Family Identifiers (IANA) that LISP messages use. */
final class Afi {
    static final int NONE = 0;
    static final int IPV4 = 1;
    static final int IPV6 = 2;
    /** 802 MAC, the one RFC 8060 section 4.7 uses. */
    static final int MAC = 6;

    static final int DISTINGUISHED_NAME = 17;
    static final int LCAF = 16387;
    /** 48-bit MAC, which VPP sends; only read. */
    static final int MAC_48 = 16389;

    private Afi() {}

    /** Whether {@link AddressReader} reads addresses of this AFI. */
    static boolean isKnown(int afi) {
        return switch (afi) {
            case NONE, IPV4, IPV6, MAC, MAC_48, DISTINGUISHED_NAME, LCAF -> true;
            default -> false;
        };
    }
}
