package io.godwit.lab.demo;

/** EID space. */
enum Subnet {
    VMS(1),
    CLIENTS(2);

    private final int number;

    Subnet(int number) {
        this.number = number;
    }

    /** Of the hosts behind a tunnel router. */
    static Subnet of(Host site) {
        return site.isCloud() ? VMS : CLIENTS;
    }

    String prefix4() {
        return "10." + number + ".0.0/24";
    }

    String prefix6() {
        return "2001:db8:" + number + "::/64";
    }

    String gateway4() {
        return "10." + number + ".0.1";
    }

    String gateway6() {
        return "2001:db8:" + number + "::1";
    }

    String host4() {
        return "10." + number + ".0.10";
    }

    String host6() {
        return "2001:db8:" + number + "::10";
    }

    /** Of the anycast gateway. */
    String gatewayMac() {
        return "02:00:5e:00:00:0" + number;
    }
}
