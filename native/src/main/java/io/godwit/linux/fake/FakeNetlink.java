package io.godwit.linux.fake;

import io.godwit.linux.AddressBits;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Netlink;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Links, addresses, routes, rules and neighbours in memory, for any thread. Link events reach listeners on the thread that causes them, so that a
 * test knows when they have been told.
 */
public final class FakeNetlink implements Netlink {
    private final List<InetAddress> hostAddresses;
    private final List<Link> links = new ArrayList<>();
    private final List<Address> addresses = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<Neighbour> neighbours = new ArrayList<>();
    private final Map<String, String> ports = new HashMap<>();
    private int neighbourLimit = Integer.MAX_VALUE;
    private final List<Consumer<LinkEvent>> listeners = new CopyOnWriteArrayList<>();
    private int nextIndex = 2;

    FakeNetlink(List<InetAddress> hostAddresses) {
        this.hostAddresses = hostAddresses;
        links.add(new Link(1, "lo", true, true, 65536, new byte[6]));
    }

    // --- the test's side

    /** A link appears, up and running. */
    public Link addLink(String name, byte... mac) {
        Link link;
        synchronized (this) {
            link = new Link(nextIndex++, name, true, true, 1500, mac.clone());
            links.add(link);
        }
        tell(new LinkEvent(link, false));
        return link;
    }

    /** The carrier of a link comes or goes. */
    public void setRunning(String name, boolean running) {
        change(
                link(name).orElseThrow().index(),
                link -> new Link(link.index(), link.name(), link.up(), running, link.mtu(), link.mac()));
    }

    /** All routes, of every table. */
    public synchronized List<Route> allRoutes() {
        return List.copyOf(routes);
    }

    /** Of which bridge an interface is a port. */
    public synchronized Optional<String> bridge(String port) {
        return Optional.ofNullable(ports.get(port));
    }

    synchronized Link linkForTun(String name) {
        return link(name).orElseGet(() -> {
            Link link = new Link(nextIndex++, name, false, false, 1500, new byte[0]);
            links.add(link);
            return link;
        });
    }

    private void tell(LinkEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    // --- links

    @Override
    public synchronized List<Link> links() {
        return List.copyOf(links);
    }

    @Override
    public synchronized Optional<Link> link(String name) {
        return links.stream().filter(link -> link.name().equals(name)).findFirst();
    }

    @Override
    public void setUp(int interfaceIndex, boolean up) {
        change(interfaceIndex, link -> new Link(link.index(), link.name(), up, up, link.mtu(), link.mac()));
    }

    @Override
    public void setMtu(int interfaceIndex, int mtu) {
        change(interfaceIndex, link -> new Link(link.index(), link.name(), link.up(), link.running(), mtu, link.mac()));
    }

    @Override
    public void setMac(int interfaceIndex, byte[] mac) {
        change(
                interfaceIndex,
                link -> new Link(link.index(), link.name(), link.up(), link.running(), link.mtu(), mac.clone()));
    }

    @Override
    public synchronized void setBridge(int interfaceIndex, int bridgeIndex) {
        ports.put(required(interfaceIndex).name(), required(bridgeIndex).name());
    }

    private void change(int interfaceIndex, UnaryOperator<Link> change) {
        Link changed;
        synchronized (this) {
            Link link = required(interfaceIndex);
            changed = change.apply(link);
            links.set(links.indexOf(link), changed);
        }
        tell(new LinkEvent(changed, false));
    }

    private Link required(int interfaceIndex) {
        return links.stream()
                .filter(link -> link.index() == interfaceIndex)
                .findFirst()
                .orElseThrow(() -> new LinuxException("There is no interface " + interfaceIndex, Errno.ENODEV));
    }

    @Override
    public void deleteLink(int interfaceIndex) {
        Optional<Link> gone;
        synchronized (this) {
            gone = links.stream().filter(link -> link.index() == interfaceIndex).findFirst();
            links.removeIf(link -> link.index() == interfaceIndex);
            addresses.removeIf(address -> address.interfaceIndex() == interfaceIndex);
            routes.removeIf(route -> route.interfaceIndex() == interfaceIndex);
            neighbours.removeIf(neighbour -> neighbour.interfaceIndex() == interfaceIndex);
        }
        gone.ifPresent(link -> tell(new LinkEvent(link, true)));
    }

    // --- addresses, routes, rules, neighbours

    @Override
    public synchronized List<Address> addresses(int interfaceIndex) {
        return addresses.stream()
                .filter(address -> address.interfaceIndex() == interfaceIndex)
                .toList();
    }

    @Override
    public synchronized void addAddress(Address address, boolean prefixRoute) {
        required(address.interfaceIndex());
        if (!addresses.contains(address)) {
            addresses.add(address);
        }
    }

    @Override
    public synchronized void removeAddress(Address address) {
        addresses.remove(address);
    }

    @Override
    public synchronized List<Route> routes(int table) {
        return routes.stream().filter(route -> route.table() == table).toList();
    }

    @Override
    public synchronized void addRoute(Route route) {
        required(route.interfaceIndex());
        routes.removeIf(other -> samePlace(route, other));
        routes.add(route);
    }

    @Override
    public synchronized void removeRoute(Route route) {
        routes.removeIf(other -> samePlace(route, other));
    }

    private static boolean samePlace(Route one, Route other) {
        return one.destination().equals(other.destination())
                && one.prefixLength() == other.prefixLength()
                && one.table() == other.table()
                && one.metric() == other.metric();
    }

    /** The first address of the interface that the longest route leads to, or else the host's first of the family. */
    @Override
    public synchronized Optional<InetAddress> sourceFor(InetAddress destination) {
        boolean ipv6 = AddressBits.isIpv6(destination);
        return routes(TABLE_MAIN).stream()
                .filter(route -> contains(route.destination(), route.prefixLength(), destination))
                .max(Comparator.comparingInt(Route::prefixLength))
                .flatMap(route -> addresses(route.interfaceIndex()).stream()
                        .map(Address::address)
                        .filter(address -> AddressBits.isIpv6(address) == ipv6)
                        .findFirst())
                .or(() -> hostAddresses.stream()
                        .filter(address -> AddressBits.isIpv6(address) == ipv6)
                        .findFirst());
    }

    private static boolean contains(InetAddress prefix, int length, InetAddress address) {
        byte[] octets = address.getAddress();
        byte[] wanted = prefix.getAddress();
        if (octets.length != wanted.length) {
            return false;
        }
        for (int bit = 0; bit < length; bit++) {
            if (((octets[bit / 8] ^ wanted[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized List<Rule> rules(boolean ipv6) {
        return rules.stream().filter(rule -> rule.ipv6() == ipv6).toList();
    }

    @Override
    public synchronized void addRule(Rule rule) {
        if (!rules.contains(rule)) {
            rules.add(rule);
        }
    }

    @Override
    public synchronized void removeRule(Rule rule) {
        rules.remove(rule);
    }

    @Override
    public synchronized List<Neighbour> neighbours(int interfaceIndex) {
        return neighbours.stream()
                .filter(neighbour -> neighbour.interfaceIndex() == interfaceIndex)
                .toList();
    }

    /** As many neighbours that are not permanent does the kernel take, all interfaces together. */
    public synchronized void neighbourLimit(int limit) {
        neighbourLimit = limit;
    }

    @Override
    public synchronized void setNeighbour(Neighbour neighbour, boolean permanent) {
        required(neighbour.interfaceIndex());
        removeNeighbour(neighbour.interfaceIndex(), neighbour.address());
        if (!permanent && neighbours.size() >= neighbourLimit) {
            throw new LinuxException("Cannot set neighbour " + neighbour.address() + ": no room", Errno.ENOBUFS);
        }
        neighbours.add(neighbour);
    }

    @Override
    public synchronized void removeNeighbour(int interfaceIndex, InetAddress address) {
        neighbours.removeIf(neighbour ->
                neighbour.interfaceIndex() == interfaceIndex && Objects.equals(neighbour.address(), address));
    }

    @Override
    public AutoCloseable monitorLinks(Consumer<LinkEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {}
}
