package io.godwit.linux.netlink;

import io.godwit.linux.Errno;
import io.godwit.linux.Netlink;
import io.godwit.linux.ffi.Flags;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** The kernel's rtnetlink, in the network namespace of the thread that made it. */
public final class LinuxNetlink implements Netlink {
    /** IFNAMSIZ without the terminating zero: the kernel takes a longer name for an error. */
    private static final int NAME_LIMIT = 15;

    private final NetlinkSocket socket = new NetlinkSocket(0);

    @Override
    public List<Link> links() {
        return socket.dump(LinkMessages.list(), LinkMessages::decode, "Cannot list the interfaces");
    }

    @Override
    public Optional<Link> link(String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_LIMIT) {
            return Optional.empty();
        }
        return socket.get(LinkMessages.get(name), LinkMessages::decode, "Cannot find interface " + name, Errno.ENODEV);
    }

    @Override
    public void setUp(int interfaceIndex, boolean up) {
        socket.change(
                LinkMessages.setUp(interfaceIndex, up),
                "Cannot set interface " + interfaceIndex + (up ? " up" : " down"));
    }

    @Override
    public void setMtu(int interfaceIndex, int mtu) {
        socket.change(
                LinkMessages.setMtu(interfaceIndex, mtu),
                "Cannot set the MTU of interface " + interfaceIndex + " to " + mtu);
    }

    @Override
    public void setMac(int interfaceIndex, byte[] mac) {
        socket.change(LinkMessages.setMac(interfaceIndex, mac), "Cannot set the MAC of interface " + interfaceIndex);
    }

    @Override
    public void setBridge(int interfaceIndex, int bridgeIndex) {
        socket.change(
                LinkMessages.setMaster(interfaceIndex, bridgeIndex),
                "Cannot make interface " + interfaceIndex + " a port of " + bridgeIndex + ", which must be a bridge");
    }

    @Override
    public void deleteLink(int interfaceIndex) {
        socket.change(LinkMessages.delete(interfaceIndex), "Cannot delete interface " + interfaceIndex, Errno.ENODEV);
    }

    @Override
    public List<Address> addresses(int interfaceIndex) {
        return bothFamilies(family -> socket.dump(
                AddressMessages.list(family, interfaceIndex),
                message -> AddressMessages.decode(message, family, interfaceIndex),
                "Cannot list the addresses of interface " + interfaceIndex));
    }

    @Override
    public void addAddress(Address address, boolean prefixRoute) {
        socket.change(
                AddressMessages.add(address, prefixRoute),
                "Cannot add address " + text(address.address(), address.prefixLength()) + " to interface "
                        + address.interfaceIndex(),
                Errno.EEXIST);
    }

    @Override
    public void removeAddress(Address address) {
        socket.change(
                AddressMessages.remove(address),
                "Cannot remove address " + text(address.address(), address.prefixLength()),
                Errno.EADDRNOTAVAIL,
                Errno.ENODEV);
    }

    @Override
    public List<Route> routes(int table) {
        return bothFamilies(family -> socket.dump(
                RouteMessages.list(family, table),
                message -> RouteMessages.decode(message, family, table),
                "Cannot list the routes of table " + table));
    }

    @Override
    public void addRoute(Route route) {
        socket.change(
                RouteMessages.add(route),
                "Cannot add route " + text(route.destination(), route.prefixLength()) + " to table " + route.table());
    }

    @Override
    public void removeRoute(Route route) {
        socket.change(
                RouteMessages.remove(route),
                "Cannot remove route " + text(route.destination(), route.prefixLength()) + " from table "
                        + route.table(),
                Errno.ESRCH,
                Errno.ENOENT,
                Errno.ENODEV);
    }

    @Override
    public Optional<InetAddress> sourceFor(InetAddress destination) {
        return socket.get(
                RouteMessages.lookup(destination),
                RouteMessages::decodeSource,
                "Cannot find the route to " + destination.getHostAddress(),
                Errno.ENETUNREACH,
                Errno.EHOSTUNREACH,
                Errno.EACCES,
                Errno.EINVAL);
    }

    @Override
    public List<Rule> rules(boolean ipv6) {
        return socket.dump(
                RuleMessages.list(ipv6), message -> RuleMessages.decode(message, ipv6), "Cannot list the rules");
    }

    @Override
    public void addRule(Rule rule) {
        socket.change(RuleMessages.add(rule), "Cannot add rule " + rule.priority(), Errno.EEXIST);
    }

    @Override
    public void removeRule(Rule rule) {
        socket.change(RuleMessages.remove(rule), "Cannot remove rule " + rule.priority(), Errno.ENOENT);
    }

    @Override
    public List<Neighbour> neighbours(int interfaceIndex) {
        return bothFamilies(family -> socket.dump(
                NeighbourMessages.list(family, interfaceIndex),
                message -> NeighbourMessages.decode(message, family, interfaceIndex),
                "Cannot list the neighbours on interface " + interfaceIndex));
    }

    @Override
    public void setNeighbour(Neighbour neighbour, boolean permanent) {
        socket.change(
                NeighbourMessages.set(neighbour, permanent),
                "Cannot set neighbour " + neighbour.address().getHostAddress() + " on interface "
                        + neighbour.interfaceIndex());
    }

    @Override
    public void removeNeighbour(int interfaceIndex, InetAddress address) {
        socket.change(
                NeighbourMessages.remove(interfaceIndex, address),
                "Cannot remove neighbour " + address.getHostAddress() + " from interface " + interfaceIndex,
                Errno.ENOENT,
                Errno.ENODEV,
                Errno.ENXIO);
    }

    @Override
    public AutoCloseable monitorLinks(Consumer<LinkEvent> listener) {
        LinkMonitor monitor = new LinkMonitor(LinuxNetlink::listLinks, listener);
        monitor.start();
        return monitor;
    }

    /** On a socket of its own: the monitor's thread must not use ours. */
    private static List<Link> listLinks() {
        try (LinuxNetlink netlink = new LinuxNetlink()) {
            return netlink.links();
        }
    }

    private static <T> List<T> bothFamilies(IntFunction<List<T>> list) {
        List<T> all = new ArrayList<>(list.apply(Flags.AF_INET));
        all.addAll(list.apply(Flags.AF_INET6));
        return List.copyOf(all);
    }

    private static String text(InetAddress address, int prefixLength) {
        return address.getHostAddress() + "/" + prefixLength;
    }

    @Override
    public void close() {
        socket.close();
    }
}
