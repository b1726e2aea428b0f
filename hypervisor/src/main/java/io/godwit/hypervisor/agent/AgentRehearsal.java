package io.godwit.hypervisor.agent;

import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.hypervisor.config.HypervisorConfig;
import io.godwit.hypervisor.config.HypervisorConfig.GuestConfig;
import io.godwit.hypervisor.config.HypervisorConfig.SiteConfig;
import io.godwit.hypervisor.libvirt.DomainInfo;
import io.godwit.hypervisor.libvirt.Libvirt;
import io.godwit.hypervisor.libvirt.LibvirtGone;
import io.godwit.hypervisor.libvirt.LibvirtRehearsal;
import io.godwit.hypervisor.libvirt.Lifecycle;
import io.godwit.hypervisor.qmp.QmpEvent;
import io.godwit.hypervisor.replay.TapReplay;
import io.godwit.hypervisor.xtr.Xtr;
import io.godwit.linux.LinuxException;
import io.godwit.linux.TapQueue;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A guest that nobody has moves to and fro, and an xTR that is none agrees. The first move of a process loads classes and libraries for longer
 * than a guest's pause; here nobody waits for that. Runs on a thread of its own; when it fails nothing is worse than before.
 */
final class AgentRehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRehearsal.class);
    private static final int MOVES = 100;
    private static final String LOOPBACK = "lo";
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:05");
    private static final Duration ALL = Duration.ofSeconds(1);
    /** A domain comes and leaves. */
    private static final List<Lifecycle> DOMAIN =
            List.of(Lifecycle.INCOMING, Lifecycle.RESUMED, Lifecycle.SUSPENDED_TO_LEAVE, Lifecycle.LEFT);

    private final VirtualTimers timers = new VirtualTimers();
    private final JsonMapper json = JsonMapper.shared();
    private final List<Card> cards = List.of(new Card(MAC, "", 0));

    AgentRehearsal() {}

    static void run(HypervisorConfig config) {
        try {
            var _ = TapQueue.of(ProcessHandle.current().pid(), LOOPBACK);
            TapReplay.rehearse(LOOPBACK);
            new AgentRehearsal().moves(config);
            if (config.libvirt().isPresent()) {
                LibvirtRehearsal.run();
            }
        } catch (IOException | LinuxException | LibvirtGone e) {
            LOG.debug("not warm: {}", e.getMessage());
        }
    }

    void moves(HypervisorConfig config) {
        HypervisorConfig invented = new HypervisorConfig(
                config.xtr(),
                List.of("none"),
                config.libvirt(),
                List.of(new SiteConfig("elsewhere", List.of(IpAddress.parse("192.0.2.2")), List.of())),
                List.of(new GuestConfig(MAC, List.of(EidPrefix.parse("192.0.2.5")))),
                config.replay(),
                config.management());
        XtrMoves moves = new XtrMoves(invented, new Agreeing(), timers, Level.DEBUG);
        for (int i = 0; i < MOVES; i++) {
            comes(guest(moves, "inmigrate"));
            leaves(guest(moves, "running"));
            timers.advance(ALL);
        }
        if (config.libvirt().isPresent()) {
            domains(moves);
        }
    }

    private void domains(XtrMoves moves) {
        DomainWatch watch = new DomainWatch("none", listener -> new NoLibvirt(), timers, moves);
        watch.start();
        for (int i = 0; i < MOVES; i++) {
            for (Lifecycle event : DOMAIN) {
                watch.onEvent("none", event, 0);
                timers.advance(ALL);
            }
        }
    }

    private Guest guest(XtrMoves moves, String status) {
        Guest guest = new Guest(moves, () -> {});
        guest.cards(cards);
        guest.onStatus(status);
        return guest;
    }

    private void comes(Guest guest) {
        guest.onEvent(event("RESUME", ""));
    }

    private void leaves(Guest guest) {
        guest.onEvent(event("MIGRATION", "active"));
        guest.onEvent(event("STOP", ""));
        guest.onEvent(event("MIGRATION", "completed"));
    }

    private QmpEvent event(String name, String status) {
        return new QmpEvent(name, json.createObjectNode().put("status", status), 0, 0);
    }

    /** Answers everything at once. */
    private final class Agreeing implements Xtr {
        @Override
        public CompletableFuture<JsonNode> get(String target) {
            return CompletableFuture.completedFuture(json.readTree("{\"instances\":[{\"tun\":\"none\"}]}"));
        }

        @Override
        public CompletableFuture<JsonNode> post(String target, Object body) {
            return CompletableFuture.completedFuture(json.readTree(json.writeValueAsBytes(body)));
        }
    }

    /** Has the one domain. */
    private static final class NoLibvirt implements Libvirt {
        @Override
        public CompletableFuture<List<DomainInfo>> domains() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<DomainInfo> describe(String domain) {
            return CompletableFuture.completedFuture(
                    new DomainInfo(domain, List.of(new DomainInfo.Nic(MAC.toString(), "")), 0));
        }

        @Override
        public CompletableFuture<Boolean> hasJob(String domain) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void close() {}
    }
}
