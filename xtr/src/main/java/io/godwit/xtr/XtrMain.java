package io.godwit.xtr;

import io.godwit.daemon.StartException;
import io.godwit.daemon.life.DaemonMain;
import io.godwit.daemon.life.DaemonSpec;
import io.godwit.linux.LinuxNetwork;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.segment.PcapSegmentPort;
import io.godwit.xtr.control.segment.Sysctls;
import java.nio.file.Path;

/** {@code godwit xtr}: the tunnel router as a process. */
public final class XtrMain {
    private static final String EXAMPLE = """
        name: xtr-a
        rlocs:
          - { address: 192.0.2.1 }
        instances:
          - { id: 0, tun: lisp0 }
        map-resolvers: [192.0.2.53]
        map-servers:
          - address: 192.0.2.54
            key: { id: 1, file: site-a.key }
        segments:
          - { interface: br-vm, gateway: [10.1.0.1/24], mac: "02:00:5e:00:01:01" }
        dynamic-eids:
          - { prefix: 10.1.0.0/24, interface: br-vm }
        eid-space: [10.0.0.0/8]
        state-directory: /var/lib/godwit/xtr-a
        management: { socket: /run/godwit/xtr-a.sock }
        """;

    /** For the command line, and for tests that check its example. */
    public static final DaemonSpec<XtrConfig> SPEC = new DaemonSpec<>(
            "xtr",
            "Tunnel router: encapsulates and decapsulates a site's packets, and follows hosts that move.",
            EXAMPLE,
            "/schema/xtr.json",
            XtrConfig.class,
            XtrConfig::management,
            (config, daemon) -> new Xtr(
                    config,
                    daemon,
                    new LinuxNetwork(),
                    XtrMain::openForwarding,
                    PcapSegmentPort::new,
                    new Sysctls(Path.of("/proc/sys"))));

    private XtrMain() {}

    private static DataPlane openForwarding(XtrConfig config, io.godwit.linux.Network network) {
        throw new StartException("the forwarding path is being built");
    }

    public static void main(String[] args) {
        System.exit(DaemonMain.run(SPEC, args));
    }
}
