package io.godwit.linux.netlink;

import io.godwit.linux.Netlink.Address;
import java.util.Optional;

/**
 * Addresses of interfaces.
 *
 * <pre>
 *   struct ifaddrmsg:  0 family   1 prefix length   2 flags   3 scope   4 interface index (32)
 * </pre>
 */
final class AddressMessages {
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;

    private static final int FIXED_LENGTH = 8;
    private static final int PREFIX_LENGTH = 1;
    private static final int INDEX = 4;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;
    /** Who added it (Linux 5.18); older kernels ignore it. */
    private static final int IFA_PROTO = 11;
    /** No duplicate address detection: an anycast gateway is a duplicate by design, and must answer at once. */
    private static final int IFA_F_NODAD = 0x02;

    private static final int IFA_F_NOPREFIXROUTE = 0x200;

    private AddressMessages() {}

    static NetlinkMessage list(int family, int interfaceIndex) {
        return NetlinkMessage.request(RTM_GETADDR, NetlinkMessage.NLM_F_DUMP, FIXED_LENGTH)
                .octet(0, family)
                .number(INDEX, interfaceIndex);
    }

    static NetlinkMessage add(Address address, boolean prefixRoute) {
        int flags = NetlinkMessage.NLM_F_ACK | NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_REPLACE;
        return message(RTM_NEWADDR, flags, address)
                .attribute(IFA_FLAGS, IFA_F_NODAD | (prefixRoute ? 0 : IFA_F_NOPREFIXROUTE))
                .attribute(IFA_PROTO, new byte[] {(byte) address.protocol()});
    }

    static NetlinkMessage remove(Address address) {
        return message(RTM_DELADDR, NetlinkMessage.NLM_F_ACK, address);
    }

    private static NetlinkMessage message(int type, int flags, Address address) {
        return NetlinkMessage.request(type, flags, FIXED_LENGTH)
                .octet(0, NetlinkMessage.family(address.address()))
                .octet(PREFIX_LENGTH, address.prefixLength())
                .number(INDEX, address.interfaceIndex())
                .attribute(IFA_LOCAL, address.address())
                .attribute(IFA_ADDRESS, address.address());
    }

    private static int protocol(NetlinkMessage message) {
        return message.octetsAttribute(FIXED_LENGTH, IFA_PROTO)
                .filter(value -> value.length == 1)
                .map(value -> value[0] & 0xff)
                .orElse(0);
    }

    static Optional<Address> decode(NetlinkMessage message, int family, int interfaceIndex) {
        if (message.type() != RTM_NEWADDR
                || !message.holds(FIXED_LENGTH)
                || message.octet(0) != family
                || message.number(INDEX) != interfaceIndex) {
            return Optional.empty();
        }
        return message.addressAttribute(FIXED_LENGTH, IFA_LOCAL)
                .or(() -> message.addressAttribute(FIXED_LENGTH, IFA_ADDRESS))
                .map(address -> new Address(interfaceIndex, address, message.octet(PREFIX_LENGTH), protocol(message)));
    }
}
