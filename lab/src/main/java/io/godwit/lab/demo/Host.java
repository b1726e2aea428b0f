package io.godwit.lab.demo;

/** A machine at the edge of the core. Its number is part of its addresses. */
public enum Host {
    CLOUD_A("cloud-a", "cloud A", 1),
    CLOUD_B("cloud-b", "cloud B", 2),
    CLIENT_SITE("client-site", "client site", 3),
    MAP_SERVER("ms", "map-server", 4),
    MAP_RESOLVER("mr", "map-resolver", 5);

    private final String label;
    private final String title;
    private final int number;

    Host(String label, String title, int number) {
        this.label = label;
        this.title = title;
        this.number = number;
    }

    /** As in names of namespaces and processes. */
    public String label() {
        return label;
    }

    /** As in what people read. */
    public String title() {
        return title;
    }

    /** As {@code godwit ROLE} knows it. */
    public String role() {
        return switch (this) {
            case CLOUD_A, CLOUD_B, CLIENT_SITE -> "xtr";
            case MAP_SERVER -> "map-server";
            case MAP_RESOLVER -> "map-resolver";
        };
    }

    public String ipv4() {
        return "172.20." + number + ".2";
    }

    public String ipv4Core() {
        return "172.20." + number + ".1";
    }

    public String ipv6() {
        return "fd00:20:" + number + "::2";
    }

    public String ipv6Core() {
        return "fd00:20:" + number + "::1";
    }

    public boolean isCloud() {
        return this == CLOUD_A || this == CLOUD_B;
    }

    public boolean isXtr() {
        return isCloud() || this == CLIENT_SITE;
    }
}
