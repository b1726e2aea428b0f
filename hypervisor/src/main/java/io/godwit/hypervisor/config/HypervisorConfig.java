package io.godwit.hypervisor.config;

import io.godwit.daemon.config.Checked;
import io.godwit.daemon.config.ManagementConfig;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration of the agent beside a hypervisor.
 *
 * @param xtr socket of the management API of the xTR that is the gateway of this host's guests
 * @param monitors QMP sockets; the last part of a path may have wildcards
 * @param libvirt the connection URI of the libvirt whose domains are watched
 * @param sites where guests come from and go to
 * @param replay how many packets that a guest was given last before it stopped are sent again to where it goes; 0 for none
 * @param guests what their addresses are; of others the xTR is asked
 */
public record HypervisorConfig(
        Path xtr,
        List<String> monitors,
        Optional<String> libvirt,
        List<SiteConfig> sites,
        List<GuestConfig> guests,
        int replay,
        ManagementConfig management)
        implements Checked {

    /**
     * @param rlocs of the site's xTR
     * @param hosts addresses of its hypervisors, by which they reach each other
     */
    public record SiteConfig(String name, List<IpAddress> rlocs, List<EidPrefix> hosts) {
        public SiteConfig {
            rlocs = List.copyOf(rlocs);
            hosts = List.copyOf(hosts);
        }
    }

    /** @param eids hosts, that is without mask length */
    public record GuestConfig(MacAddress mac, List<EidPrefix> eids) {
        public GuestConfig {
            eids = List.copyOf(eids);
        }
    }

    @Override
    public void check(Problems problems) {
        if (monitors.isEmpty() && libvirt.isEmpty()) {
            problems.add("", "there is nothing to watch: name QMP sockets in monitors, or the libvirt of this host");
        }
        for (int i = 0; sites.size() > 1 && i < sites.size(); i++) {
            if (sites.get(i).hosts().isEmpty()) {
                problems.add(
                        "/sites/" + i,
                        "with several sites, hosts must say which hypervisors "
                                + sites.get(i).name() + " has");
            }
        }
        Set<MacAddress> macs = new HashSet<>();
        for (int i = 0; i < guests.size(); i++) {
            String path = "/guests/" + i;
            if (!macs.add(guests.get(i).mac())) {
                problems.add(path + "/mac", guests.get(i).mac() + " is listed twice");
            }
            for (EidPrefix eid : guests.get(i).eids()) {
                if (!eid.isHost()) {
                    problems.add(path + "/eids", eid + " is a prefix: an address of the guest is wanted");
                }
            }
        }
    }
}
