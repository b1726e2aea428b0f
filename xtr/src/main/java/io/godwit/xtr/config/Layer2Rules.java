package io.godwit.xtr.config;

import io.godwit.daemon.config.Checked.Problems;
import io.godwit.packet.address.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold for layer-2 instances. */
final class Layer2Rules {
    private static final int MAIN_TABLE = 254;

    private final XtrConfig config;
    private final Problems problems;

    Layer2Rules(XtrConfig config, Problems problems) {
        this.config = config;
        this.problems = problems;
    }

    void check() {
        for (int i = 0; i < config.instances().size(); i++) {
            InstanceConfig instance = config.instances().get(i);
            String path = "/instances/" + i;
            if (instance.isLayer2()) {
                checkLayer2(instance, path);
            } else if (instance.tun().isEmpty()) {
                problems.add(path, "instance " + instance.id() + " has neither tun nor layer2: name its device");
            }
        }
    }

    private void checkLayer2(InstanceConfig instance, String path) {
        if (instance.tun().isPresent()) {
            problems.add(path + "/tun", "contradicts layer2: an instance has packets or frames, not both");
        }
        if (instance.table() != MAIN_TABLE) {
            problems.add(path + "/table", "contradicts layer2: frames are not routed");
        }
        if (!config.forwarding().acceptGpe()) {
            problems.add(
                    "/forwarding/accept-gpe",
                    "must be true: frames of instance " + instance.id() + " come in LISP-GPE");
        }
        boolean ipv6 = config.rlocs().stream().anyMatch(rloc -> !rloc.address().isIpv4());
        if (ipv6 && config.forwarding().udpChecksum().equals("zero")) {
            problems.add(
                    "/forwarding/udp-checksum",
                    "must be auto or full: LISP-GPE over IPv6, which instance " + instance.id()
                            + " needs, has checksums (RFC 9305 section 4.3.1)");
        }
        instance.layer2().ifPresent(layer2 -> checkFlood(layer2.flood(), path + "/layer2/flood/"));
    }

    private void checkFlood(List<IpAddress> flood, String path) {
        Set<IpAddress> seen = new HashSet<>();
        for (int i = 0; i < flood.size(); i++) {
            IpAddress rloc = flood.get(i);
            if (config.rlocs().stream().anyMatch(own -> own.address().equals(rloc))) {
                problems.add(path + i, rloc + " is an RLOC of this xTR: name those of the others");
            } else if (config.rlocs().stream().noneMatch(own -> own.address().bits() == rloc.bits())) {
                problems.add(
                        path + i,
                        rloc + " cannot be reached: none of the rlocs is an " + (rloc.isIpv4() ? "IPv4" : "IPv6")
                                + " address");
            } else if (!seen.add(rloc)) {
                problems.add(path + i, rloc + " is named twice: it would get each frame twice");
            }
        }
    }
}
