package io.godwit.linux;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * rtnetlink: links, addresses, routes, rules and neighbours. Adding what is there and removing what is not are no errors; everything else the
 * kernel refuses is a {@link LinuxException}. Used by one thread.
 */
public interface Netlink extends AutoCloseable {

    /** @param mac 6 octets, or empty */
    record Link(int index, String name, boolean up, boolean running, int mtu, byte[] mac) {}

    /** @param prefixLength of the on-link prefix */
    record Address(int interfaceIndex, InetAddress address, int prefixLength, int protocol) {
        /** One that nobody has marked as theirs. */
        public Address(int interfaceIndex, InetAddress address, int prefixLength) {
            this(interfaceIndex, address, prefixLength, 0);
        }

        /** The same address with the mark of {@code owner}, e.g. {@link Netlink#PROTOCOL_GODWIT}. */
        public Address ownedBy(int owner) {
            return new Address(interfaceIndex, address, prefixLength, owner);
        }
    }

    /**
     * @param gateway next hop, if not on-link
     * @param table routing table, 254 is main
     * @param protocol who made it; ours are {@link #PROTOCOL_GODWIT}
     */
    record Route(
            InetAddress destination,
            int prefixLength,
            int interfaceIndex,
            Optional<InetAddress> gateway,
            int table,
            int metric,
            int protocol) {}

    /** Selects {@code table} for packets that come in on {@code incomingInterface}. */
    record Rule(boolean ipv6, Optional<String> incomingInterface, int table, int priority) {}

    record Neighbour(int interfaceIndex, InetAddress address, byte[] mac) {}

    /** A link appeared, changed or vanished. */
    record LinkEvent(Link link, boolean removed) {}

    /** rtm_protocol of our routes, by which a restarted daemon finds what an earlier one left. */
    int PROTOCOL_GODWIT = 157;

    int TABLE_MAIN = 254;

    List<Link> links();

    Optional<Link> link(String name);

    void setUp(int interfaceIndex, boolean up);

    void setMtu(int interfaceIndex, int mtu);

    void setMac(int interfaceIndex, byte[] mac);

    /** Makes the interface a port of the bridge {@code bridgeIndex}, of which it ceases to be with its own end. */
    void setBridge(int interfaceIndex, int bridgeIndex);

    void deleteLink(int interfaceIndex);

    List<Address> addresses(int interfaceIndex);

    /** @param prefixRoute whether the kernel shall add the on-link route of the prefix */
    void addAddress(Address address, boolean prefixRoute);

    void removeAddress(Address address);

    List<Route> routes(int table);

    /** Adds, or replaces the one with the same destination, table and metric. */
    void addRoute(Route route);

    void removeRoute(Route route);

    /** The source address the kernel would use towards {@code destination}, or empty when it has no route. */
    Optional<InetAddress> sourceFor(InetAddress destination);

    List<Rule> rules(boolean ipv6);

    void addRule(Rule rule);

    void removeRule(Rule rule);

    List<Neighbour> neighbours(int interfaceIndex);

    /** Adds or replaces, in state reachable, or permanent. */
    void setNeighbour(Neighbour neighbour, boolean permanent);

    void removeNeighbour(int interfaceIndex, InetAddress address);

    /** Calls {@code listener} on a thread of its own for each link event until closed. */
    AutoCloseable monitorLinks(Consumer<LinkEvent> listener);

    @Override
    void close();
}
