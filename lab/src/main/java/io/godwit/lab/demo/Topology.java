package io.godwit.lab.demo;

import io.godwit.lab.net.Namespace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The namespaces and links.
 *
 * <pre>
 *   client -- client-site --+        +-- cloud-a (br-vm) --+
 *                           +- core -+                     +- cable -- vm
 *               ms, mr -----+        +-- cloud-b (br-vm) --+
 * </pre>
 */
public final class Topology {
    public static final String UPLINK = "up0";
    public static final String VM_BRIDGE = "br-vm";
    /** Of the real guest, on {@link #VM_BRIDGE}. */
    public static final String TAP = "vm0";

    public static final String CLIENT_BRIDGE = "br-lan";
    /** What a cloud's fabric gives: room for the outer headers, so that hosts keep 1,500. */
    public static final int CORE_MTU = 1600;

    private final Underlay underlay;
    private final Namespace core;
    private final Namespace vm;
    private final Namespace client;
    private final Namespace wiring;
    private final Cable cable;
    private final boolean realGuest;
    private final Map<Host, Namespace> hosts = new EnumMap<>(Host.class);

    public Topology(String prefix, Underlay underlay) {
        this(prefix, underlay, false);
    }

    /** @param realGuest each cloud has a tap for a guest of QEMU; without: a namespace plays the guest, with a cable to either cloud */
    public Topology(String prefix, Underlay underlay, boolean realGuest) {
        this.underlay = underlay;
        this.realGuest = realGuest;
        core = new Namespace(prefix + "-core");
        vm = new Namespace(prefix + "-vm");
        client = new Namespace(prefix + "-client");
        wiring = new Namespace(prefix + "-cable");
        cable = new Cable(wiring);
        for (Host host : Host.values()) {
            hosts.put(host, new Namespace(prefix + "-" + host.label()));
        }
    }

    public Underlay underlay() {
        return underlay;
    }

    public Namespace core() {
        return core;
    }

    public Namespace vm() {
        return vm;
    }

    public Namespace client() {
        return client;
    }

    Cable cable() {
        return cable;
    }

    public Namespace of(Host host) {
        return Objects.requireNonNull(hosts.get(host));
    }

    public List<Namespace> all() {
        List<Namespace> all = new ArrayList<>(List.of(vm, client, core, wiring));
        all.addAll(hosts.values());
        return all;
    }

    public void create() {
        all().forEach(Namespace::create);
        core.forward();
        for (Host host : Host.values()) {
            connectToCore(host);
        }
        segment(Host.CLOUD_A, VM_BRIDGE);
        segment(Host.CLOUD_B, VM_BRIDGE);
        segment(Host.CLIENT_SITE, CLIENT_BRIDGE);
        Guests.CLIENT.create(client, of(Host.CLIENT_SITE), CLIENT_BRIDGE);
        if (realGuest) {
            tap(Host.CLOUD_A);
            tap(Host.CLOUD_B);
        } else {
            cableGuest();
        }
    }

    private void cableGuest() {
        Guests.VM.create(vm, wiring, cable.create());
        cable.lay(Host.CLOUD_A, of(Host.CLOUD_A), VM_BRIDGE);
        cable.lay(Host.CLOUD_B, of(Host.CLOUD_B), VM_BRIDGE);
        cable.patch(Host.CLOUD_A);
    }

    /** The VM's network card is in the other cloud. */
    public void replug(Host source, Host destination) {
        cable.unpatch(source);
        cable.patch(destination);
    }

    private void tap(Host cloud) {
        Namespace site = of(cloud);
        site.sh("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        site.ip("tuntap add dev " + TAP + " mode tap vnet_hdr");
        site.sh("echo 0 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        site.ip("link set " + TAP + " master " + VM_BRIDGE + " up");
    }

    public void remove() {
        all().forEach(Namespace::remove);
    }

    /** The core's interface towards a host. */
    public static String corePort(Host host) {
        return "to-" + host.label();
    }

    private void connectToCore(Host host) {
        Namespace namespace = of(host);
        String port = corePort(host);
        core.ip("link add " + port + " mtu " + CORE_MTU + " type veth peer name " + UPLINK + " mtu " + CORE_MTU
                + " netns " + namespace.name());
        core.ip("link set " + port + " up");
        namespace.ip("link set " + UPLINK + " up");
        if (underlay.ipv4(host)) {
            core.ip("addr add " + host.ipv4Core() + "/24 dev " + port);
            namespace.ip("addr add " + host.ipv4() + "/24 dev " + UPLINK);
            namespace.ip("route add default via " + host.ipv4Core());
        }
        if (underlay.ipv6()) {
            core.ip("addr add " + host.ipv6Core() + "/64 dev " + port + " nodad");
            namespace.ip("addr add " + host.ipv6() + "/64 dev " + UPLINK + " nodad");
            namespace.ip("-6 route add default via " + host.ipv6Core());
        }
    }

    /** A segment of hosts. Its gateway is the tunnel router's to set. */
    private void segment(Host site, String bridge) {
        Namespace namespace = of(site);
        namespace.forward();
        namespace.ip("link add " + bridge + " type bridge forward_delay 0 mcast_snooping 0");
        namespace.ip("link set " + bridge + " address " + Subnet.of(site).gatewayMac() + " up");
    }

    /** The gateway that hosts know, the same address at every site: for a lab without tunnel routers. */
    public void gateways() {
        for (Host site : new Host[] {Host.CLOUD_A, Host.CLOUD_B, Host.CLIENT_SITE}) {
            String bridge = site.isCloud() ? VM_BRIDGE : CLIENT_BRIDGE;
            of(site).ip("addr add " + Subnet.of(site).gateway4() + "/24 dev " + bridge);
            of(site).ip("addr add " + Subnet.of(site).gateway6() + "/64 dev " + bridge + " nodad");
        }
    }
}
