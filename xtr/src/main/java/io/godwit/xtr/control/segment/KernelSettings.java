package io.godwit.xtr.control.segment;

import java.util.Optional;
import java.util.function.BiPredicate;

/** Kernel parameters that the xTR's interfaces need, and nobody else's are touched if the kernel allows that. */
final class KernelSettings {
    private final Sysctls sysctls;
    private final ValuesBefore before;

    KernelSettings(Sysctls sysctls, ValuesBefore before) {
        this.sysctls = sysctls;
        this.before = before;
    }

    /** What the kernel still has of a parameter is put back. */
    boolean restore(String path, String value) {
        return sysctls.get(path).isEmpty() || sysctls.set(path, value);
    }

    /** For what is there after us. */
    private boolean change(String path, String value) {
        sysctls.get(path).filter(old -> !old.equals(value)).ifPresent(old -> before.note(path, old));
        return sysctls.set(path, value);
    }

    /** The gateway addresses are the same at every site: nobody is to be asked whether they are free. */
    void prepareSegment(String name) {
        change("net/ipv6/conf/" + name + "/disable_ipv6", "0");
        change("net/ipv6/conf/" + name + "/accept_dad", "0");
        forward(name, this::change);
        acceptAnySource(name, this::change);
    }

    /** No link-local address: the kernel would send neighbour discovery and MLD into the tunnel. What it is set to goes with it. */
    void prepareTun(String name) {
        sysctls.set("net/ipv6/conf/" + name + "/disable_ipv6", "0");
        sysctls.set("net/ipv6/conf/" + name + "/addr_gen_mode", "1");
        // The gateway of another site has our gateway's address, and its ICMP messages must reach our hosts.
        sysctls.set("net/ipv4/conf/" + name + "/accept_local", "1");
        forward(name, sysctls::set);
        acceptAnySource(name, sysctls::set);
    }

    /** No IPv6 of its own, whose MAC would be taken for a host's. */
    void prepareTap(String name) {
        sysctls.set("net/ipv6/conf/" + name + "/disable_ipv6", "1");
    }

    private void forward(String name, BiPredicate<String, String> set) {
        var _ = set.test("net/ipv4/conf/" + name + "/forwarding", "1");
        var _ = set.test("net/ipv6/conf/" + name + "/forwarding", "1");
        boolean everywhere = sysctls.get("net/ipv6/conf/all/forwarding").equals(Optional.of("1"));
        // Before Linux 6.17 IPv6 forwards on all interfaces or on none.
        if (!everywhere && !set.test("net/ipv6/conf/" + name + "/force_forwarding", "1")) {
            change("net/ipv6/conf/all/forwarding", "1");
        }
    }

    /**
     * A host that has just arrived has its route into the TUN still, and remote EIDs have theirs there: strict reverse-path filtering would
     * drop their packets. The stricter of all/rp_filter and this one applies, except that 2 (loose) beats 1 (strict).
     */
    private void acceptAnySource(String name, BiPredicate<String, String> set) {
        boolean strict = sysctls.get("net/ipv4/conf/all/rp_filter").equals(Optional.of("1"));
        var _ = set.test("net/ipv4/conf/" + name + "/rp_filter", strict ? "2" : "0");
    }
}
