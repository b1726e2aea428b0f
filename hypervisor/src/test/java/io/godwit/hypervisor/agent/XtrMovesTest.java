package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.config.ManagementConfig;
import io.godwit.daemon.management.ManagementServer;
import io.godwit.daemon.management.RouteTable;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.ControlThread;
import io.godwit.hypervisor.config.HypervisorConfig;
import io.godwit.hypervisor.config.HypervisorConfig.GuestConfig;
import io.godwit.hypervisor.config.HypervisorConfig.SiteConfig;
import io.godwit.hypervisor.xtr.XtrClient;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;
import tools.jackson.databind.JsonNode;

/** What the agent tells an xTR, over a real socket. */
@Timeout(120)
class XtrMovesTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:01:0a");
    private static final List<Card> CARDS = List.of(new Card(MAC, "", 7));

    @TempDir
    Path folder;

    private final ControlThread agent = new ControlThread("agent");
    private final ControlThread xtrThread = new ControlThread("xtr");
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final Deque<Set<IpAddress>> peers = new ArrayDeque<>();
    private final Set<Card> keeping = new HashSet<>();
    private XtrClient client;
    private XtrMoves moves;

    @BeforeEach
    void connect() throws ExecutionException, InterruptedException {
        client = new XtrClient(agent.loop(), agent.timers(), folder.resolve("xtr.sock"));
        HypervisorConfig config = new HypervisorConfig(
                folder.resolve("xtr.sock"),
                List.of(),
                Optional.empty(),
                List.of(site("cloud-b", "192.0.2.2", "203.0.113.2"), site("cloud-c", "192.0.2.3", "203.0.113.3")),
                List.of(new GuestConfig(MAC, List.of(EidPrefix.parse("10.1.0.10")))),
                0,
                new ManagementConfig(folder.resolve("agent.sock")));
        Sites sites = new Sites(config.sites(), pid -> {
            Set<IpAddress> next = peers.poll();
            return next == null ? Set.of(IpAddress.parse("203.0.113.3")) : next;
        });
        moves = new XtrMoves(config, client, agent.timers(), sites, keeping::contains, Level.INFO);
        onAgent(() -> client.start(() -> {
            told.add("connected");
            moves.connected();
        }));
    }

    private static SiteConfig site(String name, String rloc, String host) {
        return new SiteConfig(name, List.of(IpAddress.parse(rloc)), List.of(EidPrefix.parse(host)));
    }

    private void onAgent(Runnable task) throws ExecutionException, InterruptedException {
        agent.loop().submit(task).get();
    }

    @AfterEach
    void close() {
        client.close();
        agent.close();
        xtrThread.close();
    }

    private ManagementServer xtr() {
        RouteTable routes = new RouteTable();
        routes.get("/v1/health", query -> Map.of("state", "up"));
        routes.get("/v1/status", query -> Map.of("role", "xtr"));
        for (String path : List.of("/v1/moves/hold", "/v1/moves/release")) {
            routes.post(path, JsonNode.class, body -> Map.of());
        }
        routes.post("/v1/moves", JsonNode.class, body -> {
            String phase = body.path("phase").asString("");
            told.add(phase + " " + body.path("from").path(0).asString("")
                    + body.path("to").path(0).asString("")
                    + (body.has("card") ? " with " + body.path("card").asString("") : ""));
            if (phase.equals("rollback")) {
                throw new Routes.Refusal(409, "not now");
            }
            return Map.of();
        });
        return ManagementServer.start(folder.resolve("xtr.sock"), routes, xtrThread.timers());
    }

    private String next() throws InterruptedException {
        return String.valueOf(told.poll(60, TimeUnit.SECONDS));
    }

    @Test
    void shouldTellAnXtrThatWasNotThereWhatItMissed() throws Exception {
        onAgent(() -> {
            moves.prepare(CARDS);
            moves.commit(CARDS);
        });
        try (ManagementServer first = xtr()) {
            assertThat(first).isNotNull();
            assertThat(next()).isEqualTo("connected");
            assertThat(next()).as("the last word only").isEqualTo("commit ");
        }
        onAgent(() -> moves.beginsToLeave(CARDS));
        onAgent(() -> moves.switchAway(CARDS, 0));
        try (ManagementServer second = xtr()) {
            assertThat(second).isNotNull();
            assertThat(next()).isEqualTo("connected");
            assertThat(next()).isEqualTo("switch 192.0.2.3");
        }
        assertThat(told).isEmpty();
    }

    @Test
    void shouldNotRepeatWhatWasRefused() throws Exception {
        try (ManagementServer first = xtr()) {
            assertThat(first).isNotNull();
            assertThat(next()).isEqualTo("connected");
            onAgent(() -> moves.rollback(CARDS));
            assertThat(next()).isEqualTo("rollback ");
            // Answers come in order: that of the rollback has come when this one has.
            onAgent(() -> {
                var _ = client.get("/v1/health").thenRun(() -> told.add("answered"));
            });
            assertThat(next()).isEqualTo("answered");
        }
        try (ManagementServer second = xtr()) {
            assertThat(second).isNotNull();
            assertThat(next()).isEqualTo("connected");
            onAgent(() -> moves.commit(CARDS));
            assertThat(next()).isEqualTo("commit ");
        }
    }

    @Test
    void shouldPrepareWhenItIsKnownWhereTheGuestComesFrom() throws Exception {
        peers.add(Set.of());
        peers.add(Set.of(IpAddress.parse("198.51.100.1")));
        peers.add(Set.of(IpAddress.parse("203.0.113.2")));
        try (ManagementServer first = xtr()) {
            assertThat(first).isNotNull();
            assertThat(next()).isEqualTo("connected");
            onAgent(() -> moves.prepare(CARDS));
            assertThat(next()).isEqualTo("prepare 192.0.2.2");
        }
    }

    @Test
    void shouldSayWhichCardKeepsWhatComes() throws Exception {
        keeping.addAll(CARDS);
        try (ManagementServer first = xtr()) {
            assertThat(first).isNotNull();
            assertThat(next()).isEqualTo("connected");
            onAgent(() -> moves.prepare(CARDS));
            assertThat(next()).isEqualTo("prepare 192.0.2.3 with " + MAC);
        }
    }
}
