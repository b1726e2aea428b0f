package io.godwit.linux.netlink;

import io.godwit.linux.Netlink.Link;
import java.util.Optional;

/**
 * Links.
 *
 * <pre>
 *   struct ifinfomsg:  0 family   2 type (16)   4 index (32)   8 flags (32)   12 change mask (32)
 * </pre>
 */
final class LinkMessages {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;

    private static final int FIXED_LENGTH = 16;
    private static final int FAMILY = 0;
    private static final int INDEX = 4;
    private static final int FLAGS = 8;
    private static final int CHANGE = 12;
    private static final int IFF_UP = 0x1;
    private static final int IFF_RUNNING = 0x40;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_TXQLEN = 13;

    private LinkMessages() {}

    static NetlinkMessage list() {
        return NetlinkMessage.request(RTM_GETLINK, NetlinkMessage.NLM_F_DUMP, FIXED_LENGTH);
    }

    static NetlinkMessage get(String name) {
        return NetlinkMessage.request(RTM_GETLINK, NetlinkMessage.NLM_F_ACK, FIXED_LENGTH)
                .attribute(IFLA_IFNAME, name);
    }

    static NetlinkMessage setUp(int index, boolean up) {
        return change(index).number(FLAGS, up ? IFF_UP : 0).number(CHANGE, IFF_UP);
    }

    static NetlinkMessage setMtu(int index, int mtu) {
        return change(index).attribute(IFLA_MTU, mtu);
    }

    static NetlinkMessage setMac(int index, byte[] mac) {
        return change(index).attribute(IFLA_ADDRESS, mac);
    }

    static NetlinkMessage setMaster(int index, int master) {
        return change(index).attribute(IFLA_MASTER, master);
    }

    /** @param packets that the device holds for whoever reads it, at the most */
    static NetlinkMessage setQueueLength(int index, int packets) {
        return change(index).attribute(IFLA_TXQLEN, packets);
    }

    private static NetlinkMessage change(int index) {
        return NetlinkMessage.request(RTM_NEWLINK, NetlinkMessage.NLM_F_ACK, FIXED_LENGTH)
                .number(INDEX, index);
    }

    static NetlinkMessage delete(int index) {
        return NetlinkMessage.request(RTM_DELLINK, NetlinkMessage.NLM_F_ACK, FIXED_LENGTH)
                .number(INDEX, index);
    }

    /** The link, or empty for another kind of message: a bridge tells of its ports in messages of its own family. */
    static Optional<Link> decode(NetlinkMessage message) {
        boolean link = message.type() == RTM_NEWLINK || message.type() == RTM_DELLINK;
        if (!link || !message.holds(FIXED_LENGTH) || message.octet(FAMILY) != 0) {
            return Optional.empty();
        }
        int flags = message.number(FLAGS);
        return Optional.of(new Link(
                message.number(INDEX),
                message.textAttribute(FIXED_LENGTH, IFLA_IFNAME).orElse(""),
                (flags & IFF_UP) != 0,
                (flags & IFF_RUNNING) != 0,
                message.numberAttribute(FIXED_LENGTH, IFLA_MTU, 0),
                message.octetsAttribute(FIXED_LENGTH, IFLA_ADDRESS).orElse(new byte[0])));
    }
}
