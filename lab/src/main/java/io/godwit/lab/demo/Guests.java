package io.godwit.lab.demo;

import io.godwit.lab.net.Namespace;

/** The hosts that talk: network stacks of their own, one network card each. */
public enum Guests {
    VM(Subnet.VMS, "guest", "02:00:00:00:01:0a"),
    CLIENT(Subnet.CLIENTS, "client0", "02:00:00:00:02:0a");

    static final String CARD = "eth0";

    private final Subnet subnet;
    private final String port;
    private final String mac;

    Guests(Subnet subnet, String port, String mac) {
        this.subnet = subnet;
        this.port = port;
        this.mac = mac;
    }

    public String mac() {
        return mac;
    }

    void create(Namespace guest, Namespace site, String bridge) {
        site.ip("link add " + port + " type veth peer name " + CARD + " address " + mac + " netns " + guest.name());
        site.ip("link set " + port + " master " + bridge + " up");
        guest.ip("link set " + CARD + " up");
        guest.ip("addr add " + subnet.host4() + "/24 dev " + CARD);
        guest.ip("addr add " + subnet.host6() + "/64 dev " + CARD + " nodad");
        guest.ip("route add default via " + subnet.gateway4());
        guest.ip("-6 route add default via " + subnet.gateway6());
    }
}
