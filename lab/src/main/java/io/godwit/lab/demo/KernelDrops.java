package io.godwit.lab.demo;

import io.godwit.lab.net.Namespace;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the kernels of the namespaces dropped, from their own counters: the other places where a packet can end. */
final class KernelDrops {
    private static final String COUNTERS =
            "cd /proc/net; sed 's/^/dev /' dev; sed 's/^/snmp /' snmp; sed 's/^/snmp6 /' snmp6";

    /** Of {@code /proc/net/snmp}; those of IPv6 are named alike. */
    private static final Set<String> SNMP = Set.of("Ip", "Udp");

    private static final Set<String> REASONS = Set.of(
            "InHdrErrors",
            "InAddrErrors",
            "InUnknownProtos",
            "InDiscards",
            "OutDiscards",
            "OutNoRoutes",
            "RcvbufErrors",
            "ReasmFails",
            "FragFails");

    private static final int RX_DROPPED = 4;
    private static final int TX_DROPPED = 12;

    private KernelDrops() {}

    /** Adds the counters of {@code namespace} since it exists, by place and reason. */
    static void collect(String place, Namespace namespace, Map<String, Long> into) {
        Map<String, Long> found = new TreeMap<>();
        List<String> lines = namespace.sh(COUNTERS).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String[] words = lines.get(i).strip().split("[\\s:]+");
            switch (words[0]) {
                case "dev" -> device(words, found);
                case "snmp6" -> reason("Ip6", words[1].startsWith("Ip6") ? words[1].substring(3) : "", words[2], found);
                case "snmp" -> i = table(words, lines, i, found);
                default -> {}
            }
        }
        found.forEach((reason, count) -> into.merge(place + ": kernel " + reason, count, Long::sum));
    }

    private static void device(String[] words, Map<String, Long> found) {
        if (words.length > TX_DROPPED + 1 && Character.isDigit(words[2].charAt(0)) && !words[1].equals("lo")) {
            found.put(words[1] + " received and dropped", Long.parseLong(words[1 + RX_DROPPED]));
            found.put(words[1] + " not sent", Long.parseLong(words[1 + TX_DROPPED]));
        }
    }

    /** A line of names and a line of values. */
    private static int table(String[] names, List<String> lines, int index, Map<String, Long> found) {
        String[] values = lines.get(index + 1).strip().split("[\\s:]+");
        for (int i = 2; SNMP.contains(names[1]) && i < names.length; i++) {
            reason(names[1], names[i], values[i], found);
        }
        return index + 1;
    }

    private static void reason(String family, String name, String value, Map<String, Long> found) {
        if (REASONS.contains(name)) {
            found.put(family + name, Long.parseLong(value));
        }
    }
}
