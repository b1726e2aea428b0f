package io.godwit.xtr.control.segment;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Netlink;
import io.godwit.linux.Network;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.config.GatewayAddress;
import io.godwit.xtr.config.InstanceConfig;
import io.godwit.xtr.config.Layer2Config;
import io.godwit.xtr.config.SegmentConfig;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.core.NativeForwarding;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this xTR puts into the kernel of its site. Into the TUN go the EID space and the dynamic prefixes; a host that is here has a host
 * route to its segment and a neighbour entry, and one that is not here has none. Everything carries
 * {@link Netlink#PROTOCOL_GODWIT}, so that what a killed daemon left is found and removed.
 */
public final class SiteNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(SiteNetwork.class);
    private static final String MAC_OF = "mac of ";
    static final int METRIC = 50;
    private static final int RULE_PRIORITY = 1570;
    /** Nobody has it, nor is it asked for: the device knows no neighbours. */
    private static final InetAddress TUN_NEXT_HOP = IpAddress.parse("fe80::1").toInetAddress();

    /** IPv4 or IPv6, UDP and LISP headers. */
    private static final int ENCAPSULATION_IPV4 = 36;

    private static final int ENCAPSULATION_IPV6 = 56;
    /** The header of a frame, which its MTU does not count. */
    private static final int ETHERNET = 14;

    private final Netlink netlink;
    private final ValuesBefore before;
    private final KernelSettings settings;
    private final XtrConfig config;
    private final NativeRoutes past;
    private final Map<String, Netlink.Link> segments = new HashMap<>();
    private final Set<String> tunsSetUp = new HashSet<>();
    private final List<Netlink.Route> prefixRoutes = new ArrayList<>();
    private final Map<EidPrefix, Netlink.Route> hostRoutes = new HashMap<>();
    private final List<Netlink.Rule> rules = new ArrayList<>();
    private final List<Netlink.Address> gateways = new ArrayList<>();
    private long refusals;

    public SiteNetwork(Netlink netlink, Sysctls sysctls, XtrConfig config) {
        this.netlink = netlink;
        this.before = new ValuesBefore(config.stateDirectory().resolve("kernel-before"));
        this.settings = new KernelSettings(sysctls, before);
        this.config = config;
        this.past = new NativeRoutes(netlink, config);
    }

    /** Of the site's router; for the control thread. */
    public Netlink kernel() {
        return netlink;
    }

    /** The ways past the tunnel. */
    public NativeForwarding past() {
        return past;
    }

    /** The largest packet of a host that fits into one packet between RLOCs, whatever the family of the RLOCs chosen. */
    public int tunMtu() {
        boolean ipv6 = config.rlocs().stream().anyMatch(rloc -> !rloc.address().isIpv4());
        return config.forwarding().mtu() - (ipv6 ? ENCAPSULATION_IPV6 : ENCAPSULATION_IPV4);
    }

    /**
     * Removes what an earlier instance left.
     *
     * @return {@code network}, with which TUN devices are set up as soon as they exist: hosts of a router that is started anew send on all the
     *     time, and their packets wait in the TUN from then on
     * @throws LinuxException with a sentence for the operator: interface missing, no permission
     */
    public Network prepare(Network network) {
        config.segments().forEach(segment -> segments.put(segment.interfaceName(), find(segment.interfaceName())));
        config.instances().stream().filter(instance -> !instance.isLayer2()).forEach(this::clean);
        return new TunsSetUp(network, this::setUpTun);
    }

    /**
     * Sets up segments, and devices, all of which exist by now.
     *
     * @throws LinuxException with a sentence for the operator: no permission
     */
    public void start() {
        config.instances().forEach(instance -> instance.layer2()
                .ifPresentOrElse(this::setUpTap, () -> setUpTun(instance.device())));
        config.segments().forEach(this::setUpSegment);
    }

    private Netlink.Link find(String name) {
        return netlink.link(name)
                .orElseThrow(() -> new LinuxException(
                        "there is no interface " + name + ": create it, or correct segments in the configuration",
                        Errno.ENODEV));
    }

    private void clean(InstanceConfig instance) {
        for (Netlink.Route left : netlink.routes(instance.table())) {
            if (left.protocol() == Netlink.PROTOCOL_GODWIT) {
                LOG.info(
                        "removing a route that was left behind: {}/{}",
                        IpAddress.of(left.destination()),
                        left.prefixLength());
                netlink.removeRoute(left);
                if (left.prefixLength() == left.destination().getAddress().length * Byte.SIZE) {
                    netlink.removeNeighbour(left.interfaceIndex(), left.destination());
                }
            }
        }
    }

    private void setUpSegment(SegmentConfig segment) {
        Netlink.Link link = link(segment.interfaceName());
        segment.mac().ifPresent(mac -> setMac(link, mac));
        settings.prepareSegment(segment.interfaceName());
        netlink.setUp(link.index(), true);
        List<Netlink.Address> present = netlink.addresses(link.index());
        for (GatewayAddress gateway : segment.gateway()) {
            addGateway(
                    new Netlink.Address(link.index(), gateway.address().toInetAddress(), gateway.prefixLength()),
                    present);
            routeOnLink(segment, gateway);
        }
        config.instance(segment.instance()).ifPresent(i -> addRules(segment.interfaceName(), i));
    }

    /** An address that the operator set stays when we stop; one that a killed instance left is ours. */
    private void addGateway(Netlink.Address address, List<Netlink.Address> present) {
        Netlink.Address ours = address.ownedBy(Netlink.PROTOCOL_GODWIT);
        boolean others = present.stream()
                .anyMatch(a -> a.ownedBy(Netlink.PROTOCOL_GODWIT).equals(ours) && !a.equals(ours));
        if (!others) {
            netlink.addAddress(ours, false);
            gateways.add(ours);
        }
    }

    private void setMac(Netlink.Link link, MacAddress mac) {
        MacAddress old = MacAddress.of(link.mac());
        if (!old.equals(mac)) {
            before.note(MAC_OF + link.name(), old.toString());
            netlink.setMac(link.index(), mac.toBytes());
        }
    }

    /** Hosts of a prefix that does not move are all on the segment; those of a dynamic prefix get a route each when they are seen. */
    private void routeOnLink(SegmentConfig segment, GatewayAddress gateway) {
        EidPrefix subnet = new EidPrefix(segment.instance(), gateway.address(), gateway.prefixLength());
        config.instance(segment.instance())
                .filter(instance -> config.tunnelled(instance).stream().noneMatch(prefix -> prefix.covers(subnet)))
                .ifPresent(instance ->
                        add(route(subnet, link(segment.interfaceName()).index(), Optional.empty(), instance.table())));
    }

    private void add(Netlink.Route route) {
        netlink.addRoute(route);
        prefixRoutes.add(route);
    }

    private void setUpTap(Layer2Config layer2) {
        Netlink.Link tap = find(layer2.tap());
        settings.prepareTap(layer2.tap());
        netlink.setMtu(tap.index(), tunMtu() - ETHERNET);
        layer2.bridge().ifPresent(bridge -> netlink.setBridge(tap.index(), bridge(bridge)));
        netlink.setUp(tap.index(), true);
    }

    private int bridge(String name) {
        return netlink.link(name)
                .orElseThrow(() -> new LinuxException(
                        "there is no bridge " + name + ": create it, or correct layer2 in the configuration",
                        Errno.ENODEV))
                .index();
    }

    private void setUpTun(String device) {
        if (tunsSetUp.add(device)) {
            config.instances().stream()
                    .filter(instance ->
                            !instance.isLayer2() && instance.device().equals(device))
                    .forEach(this::setUpTun);
        }
    }

    private void setUpTun(InstanceConfig instance) {
        Netlink.Link tun = find(instance.device());
        settings.prepareTun(instance.device());
        netlink.setMtu(tun.index(), tunMtu());
        netlink.setUp(tun.index(), true);
        addRules(instance.device(), instance);
        for (EidPrefix prefix : config.tunnelled(instance)) {
            add(throughTun(prefix, tun.index(), instance.table()));
        }
    }

    /**
     * Without a next hop the kernel makes an IPv6 neighbour of each destination, also on a device that has none; of those it holds
     * {@code gc_thresh3}, 1,024 by default on the whole machine, and loses packets while it looks for one to forget.
     */
    private static Netlink.Route throughTun(EidPrefix prefix, int interfaceIndex, int table) {
        boolean ipv4 = ((IpAddress) prefix.address()).isIpv4();
        return route(prefix, interfaceIndex, ipv4 ? Optional.empty() : Optional.of(TUN_NEXT_HOP), table);
    }

    private void addRules(String incoming, InstanceConfig instance) {
        if (instance.table() == Netlink.TABLE_MAIN) {
            return;
        }
        for (boolean ipv6 : new boolean[] {false, true}) {
            var rule = new Netlink.Rule(ipv6, Optional.of(incoming), instance.table(), RULE_PRIORITY);
            netlink.addRule(rule);
            rules.add(rule);
        }
    }

    private static Netlink.Route route(EidPrefix prefix, int interfaceIndex, Optional<InetAddress> gateway, int table) {
        return new Netlink.Route(
                ((IpAddress) prefix.address()).toInetAddress(),
                prefix.length(),
                interfaceIndex,
                gateway,
                table,
                METRIC,
                Netlink.PROTOCOL_GODWIT);
    }

    private Netlink.Link link(String segment) {
        Netlink.Link link = segments.get(segment);
        if (link == null) {
            throw new IllegalArgumentException(segment + " is not a segment");
        }
        return link;
    }

    /** The MAC that the xTR's own frames have on {@code segment}. */
    public MacAddress mac(String segment) {
        return MacAddress.of(find(segment).mac());
    }

    public int interfaceIndex(String segment) {
        return link(segment).index();
    }

    /** Every address this xTR's kernel has on {@code segment}, configured by us or not. */
    public List<IpAddress> addresses(String segment) {
        return netlink.addresses(link(segment).index()).stream()
                .map(address -> IpAddress.of(address.address()))
                .toList();
    }

    /** The host is on the segment: no packet need wait for ARP, and none goes into the TUN. */
    public void attach(EidPrefix host, String segment, Optional<MacAddress> mac) {
        if (config.isLayer2(host.instanceId())) {
            // Its bridge knows the way.
            return;
        }
        int table = config.instance(host.instanceId()).orElseThrow().table();
        IpAddress address = (IpAddress) host.address();
        Netlink.Route route = route(host, link(segment).index(), Optional.empty(), table);
        mac.ifPresent(m -> tolerant(
                host,
                () -> setNeighbour(
                        new Netlink.Neighbour(route.interfaceIndex(), address.toInetAddress(), m.toBytes()))));
        tolerant(host, () -> netlink.addRoute(route));
        hostRoutes.put(host, route);
    }

    /** The host is behind a router that is on the segment. */
    public void attachBehind(EidPrefix host, String segment, IpAddress gateway) {
        int table = config.instance(host.instanceId()).orElseThrow().table();
        Netlink.Route route = route(host, link(segment).index(), Optional.of(gateway.toInetAddress()), table);
        tolerant(host, () -> netlink.addRoute(route));
        hostRoutes.put(host, route);
    }

    /** The kernel bounds how many neighbours it may forget by itself (gc_thresh3, 1,024 by default), but not the others. */
    private void setNeighbour(Netlink.Neighbour neighbour) {
        try {
            netlink.setNeighbour(neighbour, false);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOBUFS) {
                throw e;
            }
            netlink.setNeighbour(neighbour, true);
        }
    }

    /** Packets to the host go into the TUN from now on. */
    public void detach(EidPrefix host, String segment) {
        Netlink.Route route = hostRoutes.remove(host);
        if (route != null) {
            tolerant(host, () -> netlink.removeRoute(route));
            tolerant(host, () -> netlink.removeNeighbour(link(segment).index(), route.destination()));
        }
    }

    /** Requests that the kernel refused since the start. */
    public long refusals() {
        return refusals;
    }

    /** While running, one host's trouble must not become everybody's. */
    private void tolerant(Object concerned, Runnable change) {
        try {
            change.run();
        } catch (LinuxException e) {
            refusals++;
            LOG.warn("{}: {}", concerned, e.getMessage());
        }
    }

    /** Takes back everything. */
    public void stop() {
        List.copyOf(hostRoutes.keySet()).forEach(host -> {
            Netlink.Route route = hostRoutes.remove(host);
            if (route != null) {
                tolerant(host, () -> netlink.removeRoute(route));
            }
        });
        past.stop();
        prefixRoutes.forEach(route -> tolerant(route, () -> netlink.removeRoute(route)));
        rules.forEach(rule -> tolerant(rule, () -> netlink.removeRule(rule)));
        gateways.forEach(address -> tolerant(address, () -> netlink.removeAddress(address)));
        before.restore(
                (name, value) -> name.startsWith(MAC_OF) ? restoreMac(name, value) : settings.restore(name, value));
    }

    private boolean restoreMac(String name, String mac) {
        Optional<Netlink.Link> link = netlink.link(name.substring(MAC_OF.length()));
        link.ifPresent(l -> tolerant(
                name, () -> netlink.setMac(l.index(), MacAddress.parse(mac).toBytes())));
        return true;
    }
}
