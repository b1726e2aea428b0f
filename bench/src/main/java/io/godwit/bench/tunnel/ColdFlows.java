package io.godwit.bench.tunnel;

import java.io.IOException;

/** First packets to hosts that nobody has asked for before; the mapping of each comes some milliseconds later. */
final class ColdFlows {
    private static final int HOSTS_PER_NET = 250;
    /** A SYN that is lost is sent again after a second: a connection within less lost nothing. */
    private static final int SYN_MILLIS = 900;

    private ColdFlows() {}

    /**
     * Flows whose first packet was lost.
     *
     * @param flows all of them: half pings, half TCP connections
     */
    record Lost(int flows, int pings, int connections) {}

    static Lost lost(Topology topology, JavaNode sender, int flows) throws IOException, InterruptedException {
        int half = flows / 2;
        String pings = topology.in(
                "h1",
                "i=0; lost=0; while [ $i -lt " + half + " ]; do ping -q -c 1 -W 1 " + Topology.COLD + "$((i / "
                        + HOSTS_PER_NET + ")).$((i % " + HOSTS_PER_NET
                        + " + 1)) > /dev/null || lost=$((lost + 1)); i=$((i + 1)); done; echo $lost");
        int connections = 0;
        for (int i = half; i < flows; i++) {
            String host = Topology.COLD + i / HOSTS_PER_NET + "." + (i % HOSTS_PER_NET + 1);
            connections += sender.order("connect " + host + " " + UdpLoad.PORT + " " + SYN_MILLIS) < 0 ? 1 : 0;
        }
        return new Lost(flows, Integer.parseInt(pings.strip()), connections);
    }
}
