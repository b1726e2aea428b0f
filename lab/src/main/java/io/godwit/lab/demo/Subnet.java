package io.godwit.lab.demo;

/** EID space. */
public enum Subnet {
    VMS(1),
    CLIENTS(2);

    private final int number;

    Subnet(int number) {
        this.number = number;
    }

    /** Of the hosts behind a tunnel router. */
    public static Subnet of(Host site) {
        return site.isCloud() ? VMS : CLIENTS;
    }

    public String prefix4() {
        return "10." + number + ".0.0/24";
    }

    public String prefix6() {
        return "2001:db8:" + number + "::/64";
    }

    public String gateway4() {
        return "10." + number + ".0.1";
    }

    public String gateway6() {
        return "2001:db8:" + number + "::1";
    }

    public String host4() {
        return "10." + number + ".0.10";
    }

    public String host6() {
        return "2001:db8:" + number + "::10";
    }

    /** Of the anycast gateway. */
    public String gatewayMac() {
        return "02:00:5e:00:00:0" + number;
    }
}
