package io.godwit.mapserver.config;

import io.godwit.daemon.config.Checked;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv6Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Map-servers that keep one database together.
 *
 * @param member the id of the one that this configuration is for
 * @param members all of them, one, three or five: a majority must be alive for changes to be accepted
 * @param logMegabytes of the log that are kept for members that were away
 */
public record ClusterConfig(int member, List<Member> members, int logMegabytes) implements Checked {
    /** Four million changes or so. */
    private static final int LOG_MEGABYTES = 1024;

    /** UDP ports of a member: clients, consensus, log, archive. */
    public static final int PORTS = 4;

    public ClusterConfig {
        members = List.copyOf(members);
    }

    public ClusterConfig(int member, List<Member> members) {
        this(member, members, LOG_MEGABYTES);
    }

    /** @param port the first of {@link #PORTS} */
    public record Member(int id, IpAddress address, int port) {
        /** As Aeron writes it. */
        public String endpoint(int which) {
            return host() + ":" + (port + which);
        }

        /** With a port that the kernel chooses. */
        public String anyEndpoint() {
            return host() + ":0";
        }

        private String host() {
            return address instanceof Ipv6Address ? "[" + address + "]" : address.toString();
        }

        private boolean sharesPorts(Member other) {
            return address.equals(other.address) && Math.abs(port - other.port) < PORTS;
        }
    }

    /** This one. */
    public Member self() {
        return members.stream().filter(one -> one.id() == member).findFirst().orElseThrow();
    }

    @Override
    public void check(Problems problems) {
        if (members.size() % 2 == 0) {
            problems.add(
                    "/members",
                    members.size() + " members survive no more than " + (members.size() - 1)
                            + ": make it one, three or five");
        }
        Map<Integer, Member> byId = new HashMap<>();
        for (int i = 0; i < members.size(); i++) {
            Member one = members.get(i);
            if (byId.putIfAbsent(one.id(), one) != null) {
                problems.add("/members/" + i + "/id", "two members have the id " + one.id());
            }
            for (int k = 0; k < i; k++) {
                if (one.sharesPorts(members.get(k))) {
                    problems.add(
                            "/members/" + i + "/address",
                            "members " + members.get(k).id() + " and " + one.id()
                                    + " share UDP ports: each needs four from its port on");
                }
            }
        }
        if (!byId.containsKey(member)) {
            problems.add("/member", "none of the members has the id " + member);
        }
    }
}
