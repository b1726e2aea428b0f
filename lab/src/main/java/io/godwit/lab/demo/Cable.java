package io.godwit.lab.demo;

import io.godwit.lab.net.Namespace;

/**
 * How the VM is connected. Its card stays plugged into a switch of its own, as a tap stays with its guest, so that it never sees its carrier
 * go: a guest that migrates does not either. The switch has a wire to each cloud's segment, and one of the wires is patched at a time.
 *
 * <pre>
 *   vm eth0 -- guest [switch] to-cloud-a -- vm0 [br-vm] cloud-a
 *                             to-cloud-b -- vm0 [br-vm] cloud-b
 * </pre>
 */
final class Cable {
    private static final String SWITCH = "switch";
    private static final String PORT = "vm0";

    private final Namespace namespace;

    Cable(Namespace namespace) {
        this.namespace = namespace;
    }

    /** The switch, still without wires. @return where the guest's card goes */
    String create() {
        namespace.sh("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        namespace.ip("link add " + SWITCH + " type bridge forward_delay 0 mcast_snooping 0");
        namespace.ip("link set " + SWITCH + " up");
        return SWITCH;
    }

    /** Lays a wire to a segment. */
    void lay(Host cloud, Namespace site, String bridge) {
        site.ip("link add " + PORT + " type veth peer name " + wire(cloud) + " netns " + namespace.name());
        site.ip("link set " + PORT + " master " + bridge + " up");
        namespace.ip("link set " + wire(cloud) + " up");
    }

    /** Frames to and from the guest go this way; those in a wire that is not patched go nowhere. */
    void patch(Host cloud) {
        namespace.ip("link set " + wire(cloud) + " master " + SWITCH);
    }

    void unpatch(Host cloud) {
        namespace.ip("link set " + wire(cloud) + " nomaster");
    }

    private static String wire(Host cloud) {
        return "to-" + cloud.label();
    }
}
