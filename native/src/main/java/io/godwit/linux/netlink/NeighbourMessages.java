package io.godwit.linux.netlink;

import io.godwit.linux.Netlink.Neighbour;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Neighbours (ARP and ND entries).
 *
 * <pre>
 *   struct ndmsg:  0 family   4 interface index (32)   8 state (16)   10 flags   11 type
 * </pre>
 */
final class NeighbourMessages {
    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_DELNEIGH = 29;
    private static final int RTM_GETNEIGH = 30;

    private static final int FIXED_LENGTH = 12;
    private static final int INDEX = 4;
    private static final int STATE = 8;
    private static final int NUD_REACHABLE = 0x02;
    private static final int NUD_PERMANENT = 0x80;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NDA_IFINDEX = 8;

    private NeighbourMessages() {}

    static NetlinkMessage list(int family, int interfaceIndex) {
        return NetlinkMessage.request(RTM_GETNEIGH, NetlinkMessage.NLM_F_DUMP, FIXED_LENGTH)
                .octet(0, family)
                .attribute(NDA_IFINDEX, interfaceIndex);
    }

    static NetlinkMessage set(Neighbour neighbour, boolean permanent) {
        int flags = NetlinkMessage.NLM_F_ACK | NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_REPLACE;
        return message(RTM_NEWNEIGH, flags, neighbour.interfaceIndex(), neighbour.address())
                .number16(STATE, permanent ? NUD_PERMANENT : NUD_REACHABLE)
                .attribute(NDA_LLADDR, neighbour.mac());
    }

    static NetlinkMessage remove(int interfaceIndex, InetAddress address) {
        return message(RTM_DELNEIGH, NetlinkMessage.NLM_F_ACK, interfaceIndex, address);
    }

    private static NetlinkMessage message(int type, int flags, int interfaceIndex, InetAddress address) {
        return NetlinkMessage.request(type, flags, FIXED_LENGTH)
                .octet(0, NetlinkMessage.family(address))
                .number(INDEX, interfaceIndex)
                .attribute(NDA_DST, address);
    }

    /** Those whose MAC is known. */
    static Optional<Neighbour> decode(NetlinkMessage message, int family, int interfaceIndex) {
        if (message.type() != RTM_NEWNEIGH
                || !message.holds(FIXED_LENGTH)
                || message.octet(0) != family
                || message.number(INDEX) != interfaceIndex) {
            return Optional.empty();
        }
        return message.addressAttribute(FIXED_LENGTH, NDA_DST)
                .flatMap(address -> message.octetsAttribute(FIXED_LENGTH, NDA_LLADDR)
                        .map(mac -> new Neighbour(interfaceIndex, address, mac)));
    }
}
