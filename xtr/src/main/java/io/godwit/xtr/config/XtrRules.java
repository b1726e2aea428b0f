package io.godwit.xtr.config;

import io.godwit.daemon.config.Checked.Problems;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold between the parts of an {@link XtrConfig}. */
final class XtrRules {
    private final XtrConfig config;
    private final Problems problems;

    XtrRules(XtrConfig config, Problems problems) {
        this.config = config;
        this.problems = problems;
    }

    void check() {
        checkRlocs();
        checkInstances();
        checkServers();
        checkProxyEtrs();
        checkPrefixes();
        checkSegments();
        checkForwarding();
        checkProbing();
        new FirstHopRules(config, problems).check();
        new Layer2Rules(config, problems).check();
    }

    private void checkProbing() {
        if (config.rlocProbing().interval().compareTo(ProbingConfig.LEAST) < 0) {
            problems.add("/rloc-probing/interval", "must be 1s at least: an answer is waited for that long");
        }
    }

    private void checkRlocs() {
        Map<IpAddress, Integer> seen = new HashMap<>();
        for (int i = 0; i < config.rlocs().size(); i++) {
            IpAddress address = config.rlocs().get(i).address();
            String path = "/rlocs/" + i + "/address";
            once(seen, address, i, path);
            InetAddress inet = address.toInetAddress();
            if (inet.isMulticastAddress() || inet.isAnyLocalAddress() || inet.isLinkLocalAddress()) {
                problems.add(path, address + " cannot be an RLOC: it must be a unicast address others can route to");
            }
            notAnEid(address, path);
        }
    }

    /** Packets to it would go into the tunnel that needs it to be reachable. */
    private void notAnEid(IpAddress address, String path) {
        EidPrefix host = EidPrefix.host(0, address);
        config.eidSpace().stream()
                .filter(space -> space.instanceId() == 0 && mainTable(0) && space.covers(host))
                .findFirst()
                .ifPresent(space -> problems.add(
                        path, address + " lies within the EID space " + space + ": it would be tunnelled"));
    }

    private boolean mainTable(int instance) {
        return config.instance(instance).filter(i -> i.table() == 254).isPresent();
    }

    private void checkInstances() {
        Map<Integer, Integer> ids = new HashMap<>();
        Map<String, Integer> tuns = new HashMap<>();
        Map<Integer, Integer> tables = new HashMap<>();
        for (int i = 0; i < config.instances().size(); i++) {
            InstanceConfig instance = config.instances().get(i);
            String path = "/instances/" + i;
            once(ids, instance.id(), i, path + "/id");
            if (instance.isLayer2()) {
                once(tuns, instance.device(), i, path + "/layer2/tap");
            } else if (instance.tun().isPresent()) {
                once(tuns, instance.device(), i, path + "/tun");
                once(tables, instance.table(), i, path + "/table");
            }
        }
    }

    private <K> void once(Map<K, Integer> seen, K key, int index, String path) {
        Integer first = seen.putIfAbsent(key, index);
        if (first != null) {
            problems.add(path, key + " is used twice: the first time in entry " + first);
        }
    }

    private void checkServers() {
        for (int i = 0; i < config.mapResolvers().size(); i++) {
            checkReachable(config.mapResolvers().get(i), "/map-resolvers/" + i);
        }
        Map<IpAddress, Integer> seen = new HashMap<>();
        for (int i = 0; i < config.mapServers().size(); i++) {
            String path = "/map-servers/" + i + "/address";
            once(seen, config.mapServers().get(i).address(), i, path);
            checkReachable(config.mapServers().get(i).address(), path);
        }
    }

    private void checkProxyEtrs() {
        for (int i = 0; i < config.proxyEtrs().size(); i++) {
            checkReachable(config.proxyEtrs().get(i), "/proxy-etrs/" + i);
        }
    }

    private void checkReachable(IpAddress server, String path) {
        if (config.rlocs().stream().noneMatch(rloc -> rloc.address().bits() == server.bits())) {
            problems.add(
                    path,
                    server + " cannot be reached: none of the rlocs is an " + (server.isIpv4() ? "IPv4" : "IPv6")
                            + " address");
        }
        notAnEid(server, path);
    }

    private void checkPrefixes() {
        Map<EidPrefix, Integer> seen = new HashMap<>();
        for (int i = 0; i < config.database().size(); i++) {
            checkEid(seen, config.database().get(i).eid(), i, "/database/" + i + "/eid");
        }
        for (int i = 0; i < config.dynamicEids().size(); i++) {
            DynamicEidConfig dynamic = config.dynamicEids().get(i);
            String path = "/dynamic-eids/" + i;
            checkEid(seen, dynamic.prefix(), i, path + "/prefix");
            if (dynamic.instance() != 0
                    && dynamic.instance() != dynamic.prefix().instanceId()) {
                problems.add(path + "/instance", "contradicts the instance in " + dynamic.prefix());
            }
            checkSegment(dynamic, path + "/interface");
        }
        for (int i = 0; i < config.eidSpace().size(); i++) {
            checkInstance(config.eidSpace().get(i), "/eid-space/" + i);
        }
        for (int i = 0; i < config.forwarding().sources().size(); i++) {
            checkInstance(config.forwarding().sources().get(i), "/forwarding/sources/" + i);
        }
    }

    private void checkForwarding() {
        ForwardingConfig forwarding = config.forwarding();
        for (int i = 0; i < forwarding.gpePeers().size(); i++) {
            EidPrefix peers = forwarding.gpePeers().get(i);
            if (peers.address() instanceof Ipv6Address
                    && forwarding.udpChecksum().equals("zero")) {
                problems.add(
                        "/forwarding/gpe-peers/" + i,
                        peers + " needs checksums (RFC 9305 section 4.3.1): set udp-checksum to auto or full");
            }
        }
        ForwardingConfig.TrustedConfig trusted = forwarding.trusted();
        boolean anything =
                trusted.echoNonce() || trusted.locatorStatusBits() || trusted.mapVersions() || trusted.gleaning();
        if (trusted.echoNonce() && trusted.mapVersions()) {
            problems.add(
                    "/forwarding/trusted",
                    "echo-nonce and map-versions use the same field of the LISP header: choose one");
        }
        if (anything && trusted.rlocs().isEmpty()) {
            problems.add("/forwarding/trusted", "names no rlocs: list the prefixes of the RLOCs to trust");
        }
    }

    private void checkEid(Map<EidPrefix, Integer> seen, EidPrefix eid, int index, String path) {
        once(seen, eid, index, path);
        checkInstance(eid, path);
        if (!(eid.address() instanceof IpAddress)) {
            problems.add(path, eid + " is not an IPv4 or IPv6 prefix");
        }
    }

    private void checkInstance(EidPrefix eid, String path) {
        if (config.instance(eid.instanceId()).isEmpty()) {
            problems.add(path, eid + " is in instance " + eid.instanceId() + ", which is not among the instances");
        } else if (config.isLayer2(eid.instanceId())) {
            problems.add(
                    path, eid + " is in instance " + eid.instanceId() + ", a layer-2 instance: its EIDs are learned");
        }
    }

    private void checkSegment(DynamicEidConfig dynamic, String path) {
        List<SegmentConfig> named = config.segments().stream()
                .filter(segment -> segment.interfaceName().equals(dynamic.interfaceName()))
                .toList();
        if (named.isEmpty()) {
            problems.add(path, "interface " + dynamic.interfaceName() + " is not among the segments");
        } else if (named.getFirst().instance() != dynamic.prefix().instanceId()) {
            problems.add(
                    path,
                    "segment " + dynamic.interfaceName() + " belongs to instance "
                            + named.getFirst().instance() + ", " + dynamic.prefix() + " does not");
        }
    }

    private void checkSegments() {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < config.segments().size(); i++) {
            SegmentConfig segment = config.segments().get(i);
            String path = "/segments/" + i;
            once(seen, segment.interfaceName(), i, path + "/interface");
            if (config.instances().stream()
                    .anyMatch(instance -> instance.device().equals(segment.interfaceName()))) {
                problems.add(path + "/interface", segment.interfaceName() + " is the TUN device of an instance");
            }
            if (config.instance(segment.instance()).isEmpty()) {
                problems.add(path + "/instance", "instance " + segment.instance() + " is not among the instances");
            } else if (config.isLayer2(segment.instance())) {
                problems.add(
                        path + "/instance",
                        "instance " + segment.instance() + " is of layer 2: its bridge is what a segment is to others");
            }
        }
    }
}
