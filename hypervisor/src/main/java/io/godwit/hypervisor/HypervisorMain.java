package io.godwit.hypervisor;

import io.godwit.daemon.life.DaemonMain;
import io.godwit.daemon.life.DaemonSpec;
import io.godwit.hypervisor.agent.HypervisorAgent;
import io.godwit.hypervisor.config.HypervisorConfig;

/** {@code godwit hypervisor}. */
public final class HypervisorMain {
    /** For the command line, and for tests. */
    public static final DaemonSpec<HypervisorConfig> SPEC = new DaemonSpec<>(
            "hypervisor",
            "Watches the guests of a hypervisor and tells the xTR of this host when one comes or goes.",
            """
            xtr: /run/godwit/xtr-a.sock
            monitors: ["/run/qemu/*.agent"]
            sites:
              - { name: cloud-b, rlocs: [192.0.2.2] }
            guests:
              - { mac: "02:00:00:00:01:0a", eids: [10.1.0.10, "2001:db8:1::10"] }
            management: { socket: /run/godwit/hypervisor-a.sock }
            """,
            "/schema/hypervisor.json",
            HypervisorConfig.class,
            HypervisorConfig::management,
            HypervisorAgent::new);

    private HypervisorMain() {}

    public static void main(String[] args) {
        System.exit(DaemonMain.run(SPEC, args));
    }
}
