package io.godwit.lab.layer2;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Namespace;
import io.godwit.lab.net.Node;
import io.godwit.lab.net.Shell;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One LAN over two clouds: a VM's cable moves from the bridge of the one to that of the other while it pings a host that stays. */
@NamespaceTest
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class Layer2BridgeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private static boolean ping(Namespace from, String to) {
        List<String> command = new ArrayList<>(from.prefix());
        command.addAll(List.of("ping", "-c", "1", "-W", "1", to));
        return Shell.attempt(command).exit() == 0;
    }

    private static void await(String what, BooleanSupplier condition) {
        Waiting.until(PATIENCE, condition, () -> {
            throw new AssertionError("not within a minute: " + what);
        });
    }

    @Test
    @Conformance("C262")
    void shouldKeepALanTogetherWhileAVmMoves() {
        try (BridgedClouds clouds = new BridgedClouds(folder)) {
            clouds.start();
            await("the VM reaches its neighbour", () -> ping(clouds.vm, BridgedClouds.PEER_ADDRESS));
            await("registration by cloud a", () -> clouds.isVmRegistered("192.0.2.1"));
            Node pings = Node.start(
                    "pings", clouds.vm, folder, List.of("ping", "-i", "0.2", "-c", "2000", BridgedClouds.PEER_ADDRESS));

            clouds.moveVm();

            await("the VM reaches its neighbour from cloud b", () -> ping(clouds.vm, BridgedClouds.PEER_ADDRESS));
            await("registration by cloud b alone", () -> clouds.isVmRegistered("192.0.2.2"));
            await("the neighbour reaches the VM", () -> ping(clouds.peer, BridgedClouds.VM_ADDRESS));
            assertThat(pings.alive()).as("the pings go on").isTrue();
            pings.stop(Duration.ofSeconds(3));
            assertThat(clouds.get("a", "/v1/database")).contains("away");
            assertThat(clouds.peer.ip("neigh show " + BridgedClouds.VM_ADDRESS)).contains(BridgedClouds.VM_MAC);
            assertThat(clouds.a.ip("link show gwtap7")).contains("master br0").contains("mtu 1450");
        }
    }
}
