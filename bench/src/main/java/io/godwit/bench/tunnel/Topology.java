package io.godwit.bench.tunnel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Four namespaces in a row. Each host has an address for each {@link Way}, and the routers send what is between such a pair that way; so all ways stand side
 * by side and share everything else.
 */
final class Topology implements AutoCloseable {
    /** How packets get from router to router. */
    enum Way {
        GODWIT(12, 22),
        VXLAN(13, 23),
        NONE(14, 24);

        private final int left;
        private final int right;

        Way(int left, int right) {
            this.left = left;
            this.right = right;
        }

        String source() {
            return "10." + left + ".0.2";
        }

        String destination() {
            return "10." + right + ".0.2";
        }
    }

    /** Hosts to be looked up are in here; the right host has them all. */
    static final String COLD = "10.32.";

    private static final int MTU = 1450;

    private final String prefix = "gwfwd" + ProcessHandle.current().pid() % 10_000;
    private final List<JavaNode> routers = new ArrayList<>();

    Topology() throws IOException, InterruptedException {
        try {
            for (String node : List.of("h1", "x1", "x2", "h2")) {
                Shell.run("ip netns add " + namespace(node));
                in(node, "ip link set lo up");
                in(
                        node,
                        "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0"
                                + " net.ipv4.conf.default.rp_filter=0");
            }
            wire("h1", "x1");
            wire("x1", "x2");
            wire("x2", "h2");
            in("x1", "ip addr add 192.0.2.1/24 dev to-x2");
            in("x2", "ip addr add 192.0.2.2/24 dev to-x1");
            host("h1", "x1", true);
            host("h2", "x2", false);
            in("h2", "ip route add local " + COLD + "0.0/16 dev lo");
            vxlan("x1", "to-x2", "192.0.2.1", "192.0.2.2", 1);
            vxlan("x2", "to-x1", "192.0.2.2", "192.0.2.1", 2);
            router("x1", List.of("192.0.2.1", "192.0.2.2", "local:10.12.0.0/24", "remote:10.22.0.0/24"));
            router(
                    "x2",
                    List.of(
                            "192.0.2.2",
                            "192.0.2.1",
                            "local:10.22.0.0/24",
                            "local:" + COLD + "0.0/16",
                            "remote:10.12.0.0/24"));
            in(
                    "x1",
                    "ip route add 10.22.0.0/24 dev lisp0 && ip route add " + COLD + "0.0/16 dev lisp0"
                            + " && ip route add 10.23.0.0/24 via 10.99.0.2 && ip route add 10.24.0.0/24 via 192.0.2.2");
            in(
                    "x2",
                    "ip route add 10.12.0.0/24 dev lisp0 && ip route add " + COLD + "0.0/16 via 10.22.0.2"
                            + " && ip route add 10.13.0.0/24 via 10.99.0.1 && ip route add 10.14.0.0/24 via 192.0.2.1");
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private String namespace(String node) {
        return prefix + node;
    }

    private void wire(String a, String b) throws IOException, InterruptedException {
        Shell.run("ip link add to-" + b + " netns " + namespace(a) + " type veth peer name to-" + a + " netns "
                + namespace(b));
        in(a, "ip link set to-" + b + " up");
        in(b, "ip link set to-" + a + " up");
    }

    private void host(String node, String router, boolean left) throws IOException, InterruptedException {
        in(node, "ip link set to-" + router + " mtu " + MTU);
        for (Way way : Way.values()) {
            String net = "10." + (left ? way.left : way.right) + ".0.";
            in(node, "ip addr add " + net + "2/24 dev to-" + router);
            in(router, "ip addr add " + net + "1/24 dev to-" + node);
            String remote = "10." + (left ? way.right : way.left) + ".0.0/24";
            in(node, "ip route add " + remote + " via " + net + "1 src " + net + "2");
        }
        if (left) {
            in(node, "ip route add " + COLD + "0.0/16 via 10.12.0.1 src 10.12.0.2");
        }
    }

    private void vxlan(String node, String device, String local, String remote, int number)
            throws IOException, InterruptedException {
        in(
                node,
                "ip link add vx0 type vxlan id 7 dstport 4789 local " + local + " remote " + remote + " dev " + device
                        + " && ip addr add 10.99.0." + number + "/24 dev vx0 && ip link set vx0 up");
    }

    private void router(String node, List<String> arguments) throws IOException, InterruptedException {
        JavaNode router = new JavaNode(namespace(node), TunnelRouter.class, arguments);
        routers.add(router);
        in(node, "ip link set lisp0 up mtu 1464");
    }

    /** A Java program in a node. */
    JavaNode start(String node, Class<?> main, String... arguments) throws IOException {
        return new JavaNode(namespace(node), main, List.of(arguments));
    }

    /** Seconds of processor time that both routers have used, and all processors together in the kernel and elsewhere. */
    double routerSeconds() throws IOException {
        double sum = 0;
        for (JavaNode router : routers) {
            sum += router.cpuSeconds();
        }
        return sum;
    }

    /** Turns segmentation and receive offloads of every veth on or off. */
    void offloads(boolean on) throws IOException, InterruptedException {
        String value = on ? "on" : "off";
        String[][] devices = {{"h1", "to-x1"}, {"x1", "to-h1", "to-x2"}, {"x2", "to-x1", "to-h2"}, {"h2", "to-x2"}};
        for (String[] node : devices) {
            for (int i = 1; i < node.length; i++) {
                in(node[0], "ethtool -K " + node[i] + " tso " + value + " gso " + value + " gro " + value);
            }
        }
    }

    /** Runs a shell line in a node; returns what it printed. A failure is an {@link IOException} that says it. */
    String in(String node, String line) throws IOException, InterruptedException {
        return Shell.run(List.of("ip", "netns", "exec", namespace(node), "sh", "-c", line));
    }

    /** Starts a shell line in a node. */
    Process start(String node, String line) throws IOException {
        return new ProcessBuilder("ip", "netns", "exec", namespace(node), "sh", "-c", "exec " + line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() throws IOException, InterruptedException {
        for (JavaNode router : routers) {
            router.close();
        }
        for (String node : List.of("h1", "x1", "x2", "h2")) {
            new ProcessBuilder("ip", "netns", "del", namespace(node))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }
}
