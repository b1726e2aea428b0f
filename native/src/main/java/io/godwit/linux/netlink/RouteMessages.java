package io.godwit.linux.netlink;

import io.godwit.linux.AddressBits;
import io.godwit.linux.Netlink.Route;
import io.godwit.linux.ffi.Flags;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Unicast routes.
 *
 * <pre>
 *   struct rtmsg:  0 family   1 destination length   2 source length   3 TOS   4 table   5 protocol   6 scope   7 type   8 flags (32)
 * </pre>
 */
final class RouteMessages {
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;

    private static final int FIXED_LENGTH = 12;
    private static final int DESTINATION_LENGTH = 1;
    private static final int TABLE = 4;
    private static final int PROTOCOL = 5;
    private static final int SCOPE = 6;
    private static final int TYPE = 7;
    private static final int FLAGS = 8;
    private static final int RTM_F_CLONED = 0x200;
    private static final int RTN_UNICAST = 1;
    private static final int RTN_LOCAL = 2;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RT_SCOPE_NOWHERE = 255;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_TABLE = 15;

    private RouteMessages() {}

    static NetlinkMessage list(int family, int table) {
        return NetlinkMessage.request(RTM_GETROUTE, NetlinkMessage.NLM_F_DUMP, FIXED_LENGTH)
                .octet(0, family)
                .attribute(RTA_TABLE, table);
    }

    static NetlinkMessage add(Route route) {
        int flags = NetlinkMessage.NLM_F_ACK | NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_REPLACE;
        boolean onLink = route.gateway().isEmpty() && !AddressBits.isIpv6(route.destination());
        return message(RTM_NEWROUTE, flags, route)
                .octet(SCOPE, onLink ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE)
                .octet(TYPE, RTN_UNICAST);
    }

    static NetlinkMessage remove(Route route) {
        return message(RTM_DELROUTE, NetlinkMessage.NLM_F_ACK, route).octet(SCOPE, RT_SCOPE_NOWHERE);
    }

    private static NetlinkMessage message(int type, int flags, Route route) {
        NetlinkMessage message = NetlinkMessage.request(type, flags, FIXED_LENGTH)
                .octet(0, NetlinkMessage.family(route.destination()))
                .octet(DESTINATION_LENGTH, route.prefixLength())
                .octet(PROTOCOL, route.protocol())
                .octet(TABLE, Math.min(route.table(), 255))
                .attribute(RTA_DST, route.destination())
                .attribute(RTA_TABLE, route.table());
        if (route.interfaceIndex() > 0) {
            message.attribute(RTA_OIF, route.interfaceIndex());
        }
        route.gateway().ifPresent(gateway -> message.attribute(RTA_GATEWAY, gateway));
        return route.metric() == 0 ? message : message.attribute(RTA_PRIORITY, route.metric());
    }

    /** Asks which way the kernel would send to {@code destination}. */
    static NetlinkMessage lookup(InetAddress destination) {
        boolean ipv6 = AddressBits.isIpv6(destination);
        return NetlinkMessage.request(RTM_GETROUTE, NetlinkMessage.NLM_F_ACK, FIXED_LENGTH)
                .octet(0, NetlinkMessage.family(destination))
                .octet(DESTINATION_LENGTH, ipv6 ? 128 : 32)
                .attribute(RTA_DST, destination);
    }

    static Optional<InetAddress> decodeSource(NetlinkMessage message) {
        boolean usable = isRoute(message) && (message.octet(TYPE) == RTN_UNICAST || message.octet(TYPE) == RTN_LOCAL);
        return usable ? message.addressAttribute(FIXED_LENGTH, RTA_PREFSRC) : Optional.empty();
    }

    static Optional<Route> decode(NetlinkMessage message, int family, int table) {
        if (!isRoute(message)
                || message.octet(0) != family
                || message.octet(TYPE) != RTN_UNICAST
                || (message.number(FLAGS) & RTM_F_CLONED) != 0
                || message.numberAttribute(FIXED_LENGTH, RTA_TABLE, message.octet(TABLE)) != table) {
            return Optional.empty();
        }
        return Optional.of(new Route(
                message.addressAttribute(FIXED_LENGTH, RTA_DST).orElse(anyAddress(family)),
                message.octet(DESTINATION_LENGTH),
                message.numberAttribute(FIXED_LENGTH, RTA_OIF, 0),
                message.addressAttribute(FIXED_LENGTH, RTA_GATEWAY),
                table,
                message.numberAttribute(FIXED_LENGTH, RTA_PRIORITY, 0),
                message.octet(PROTOCOL)));
    }

    private static boolean isRoute(NetlinkMessage message) {
        return message.type() == RTM_NEWROUTE && message.holds(FIXED_LENGTH);
    }

    private static InetAddress anyAddress(int family) {
        return AddressBits.toAddress(family == Flags.AF_INET6, 0, 0);
    }
}
