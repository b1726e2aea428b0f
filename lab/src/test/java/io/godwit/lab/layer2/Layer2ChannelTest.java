package io.godwit.lab.layer2;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A move of a MAC is told over the move channel, and decided by the policy of its destination. */
@Timeout(120)
class Layer2ChannelTest {
    private static final MacAddress VM = MacAddress.parse("52:54:00:aa:00:05");
    private static final MacAddress STRANGER = MacAddress.parse("02:00:00:00:00:05");
    private static final MacAddress CLIENT = MacAddress.parse("52:54:00:aa:00:0c");

    private final Layer2World world;
    private final Layer2Site a;
    private final Layer2Site b;

    Layer2ChannelTest(@TempDir Path folder) {
        world = new Layer2World(folder, 2, Layer2ChannelTest::configuration);
        a = world.sites.get(0);
        b = world.sites.get(1);
    }

    private static String configuration(String rloc) {
        String other = rloc.endsWith("1") ? "192.0.2.2" : "192.0.2.1";
        return """
            move-channel: {peers: [{name: other, rlocs: [%s], key: {id: 1, file: key}}]}
            moves: {home: ["[7]52:54:00:00:00:00/24"]}
            """.formatted(other);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void shouldTellItsPeerOfAMacThatHasComeWithoutTheMapServer() {
        a.sends(VM, Frames.EVERYBODY, 1);
        world.timers.advance(Duration.ofSeconds(5));
        world.settle();
        world.network.drop(datagram -> datagram.from().address().equals(IpAddress.parse(Layer2World.MAP_SERVER)));

        b.sends(VM, Frames.EVERYBODY, 2);
        world.milliseconds(10);

        assertThat(a.get("/v1/database")).contains("state=away");
        b.delivered();
        a.sends(CLIENT, VM, 3);
        world.milliseconds(10);
        assertThat(b.delivered()).containsExactly(3);
    }

    @Test
    void shouldNotRegisterAMacThatMayNotBeHere() {
        a.sends(STRANGER, Frames.EVERYBODY, 1);
        a.sends(VM, Frames.EVERYBODY, 2);
        world.milliseconds(10);

        assertThat(world.registered(STRANGER)).isEmpty();
        assertThat(world.registered(VM)).containsExactly(a.rloc);
        assertThat(a.get("/v1/events")).contains("move-refused");
    }
}
