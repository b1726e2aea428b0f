package io.godwit.lab.demo;

/** Address families of the RLOC space. */
public enum Underlay {
    /** IPv4 only. */
    IPV4("4"),
    /** IPv6 only. */
    IPV6("6"),
    /** Both everywhere, but cloud B has IPv6 only. */
    MIXED("mixed");

    private final String text;

    Underlay(String text) {
        this.text = text;
    }

    public static Underlay of(String text) {
        for (Underlay underlay : values()) {
            if (underlay.text.equals(text)) {
                return underlay;
            }
        }
        throw new IllegalArgumentException("--underlay is 4, 6 or mixed, not " + text);
    }

    public boolean ipv4(Host host) {
        return this == IPV4 || (this == MIXED && host != Host.CLOUD_B);
    }

    public boolean ipv6() {
        return this != IPV4;
    }

    @Override
    public String toString() {
        return text;
    }
}
