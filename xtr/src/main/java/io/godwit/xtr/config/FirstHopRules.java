package io.godwit.xtr.config;

import io.godwit.daemon.config.Checked.Problems;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold for the first-hop routers of an {@link XtrConfig}. */
final class FirstHopRules {
    private final XtrConfig config;
    private final Problems problems;
    private final Set<Object> seen = new HashSet<>();

    FirstHopRules(XtrConfig config, Problems problems) {
        this.config = config;
        this.problems = problems;
    }

    void check() {
        List<FirstHopRouterConfig> routers = config.firstHopRouters();
        for (int i = 0; i < routers.size(); i++) {
            FirstHopRouterConfig router = routers.get(i);
            String path = "/first-hop-routers/" + i;
            if (!seen.add(router.name())) {
                problems.add(path + "/name", router.name() + " is used twice");
            }
            for (int j = 0; j < router.addresses().size(); j++) {
                checkAddress(router.addresses().get(j), path + "/addresses/" + j);
            }
            for (int j = 0; j < router.eids().size(); j++) {
                checkEids(router, router.eids().get(j), path + "/eids/" + j);
            }
        }
    }

    private void checkAddress(IpAddress address, String path) {
        if (!seen.add(address)) {
            problems.add(path, address + " is used twice");
        }
        if (config.rlocs().stream().anyMatch(rloc -> rloc.address().equals(address))) {
            problems.add(path, address + " is an RLOC of this xTR: name the address of the other router");
        } else if (config.rlocs().stream().noneMatch(rloc -> rloc.address().bits() == address.bits())) {
            problems.add(
                    path,
                    address + " cannot be answered: none of the rlocs is an " + (address.isIpv4() ? "IPv4" : "IPv6")
                            + " address");
        }
        config.dynamicEids().stream()
                .map(DynamicEidConfig::prefix)
                .filter(prefix -> prefix.covers(EidPrefix.host(prefix.instanceId(), address)))
                .findFirst()
                .ifPresent(prefix -> problems.add(
                        path,
                        address + " lies within the dynamic EID-prefix " + prefix
                                + ": a router must not be a host that comes and goes"));
    }

    private void checkEids(FirstHopRouterConfig router, EidPrefix eids, String path) {
        if (config.dynamicEids().stream().noneMatch(dynamic -> dynamic.prefix().covers(eids))) {
            problems.add(path, eids + " lies within no dynamic EID-prefix: add one that covers it to dynamic-eids");
        } else if (eids.address() instanceof IpAddress ip
                && router.gatewayOf(ip).isEmpty()) {
            problems.add(
                    path,
                    "hosts of " + eids + " have no next hop: " + router.name() + " has no "
                            + (ip.isIpv4() ? "IPv4" : "IPv6") + " address");
        }
    }
}
