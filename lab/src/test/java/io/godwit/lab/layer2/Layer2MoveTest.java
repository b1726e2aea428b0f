package io.godwit.lab.layer2;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.MacAddress;
import io.godwit.testing.Conformance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** MAC EIDs of a layer-2 instance: learned, registered, found, and moved without losing a frame (eid-mobility). */
@Timeout(120)
class Layer2MoveTest {
    private static final MacAddress VM = MacAddress.parse("52:54:00:aa:00:05");
    private static final MacAddress CLIENT = MacAddress.parse("52:54:00:aa:00:0c");
    private static final int MAPPED_WITHIN = 1_100;

    private final Layer2World world;
    private final Layer2Site a;
    private final Layer2Site b;
    private final Layer2Site c;
    private int sent;

    Layer2MoveTest(@TempDir Path folder) {
        world = new Layer2World(folder, 3);
        a = world.sites.get(0);
        b = world.sites.get(1);
        c = world.sites.get(2);
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** The client at C sends a frame to the VM in each millisecond. */
    private void traffic(int milliseconds) {
        for (int i = 0; i < milliseconds; i++) {
            c.sends(CLIENT, VM, sent++);
            world.milliseconds(1);
        }
    }

    private void vmIsAtA() {
        a.sends(VM, Frames.EVERYBODY, -1);
        world.milliseconds(10);
        assertThat(b.delivered()).containsExactly(-1);
        assertThat(c.delivered()).containsExactly(-1);
        assertThat(world.registered(VM)).containsExactly(a.rloc);
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldConnectTheTapToItsBridge() {
        assertThat(a.host.netlink().bridge(Layer2Site.TAP)).contains(Layer2Site.BRIDGE);
        assertThat(a.host.netlink().link(Layer2Site.TAP))
                .hasValueSatisfying(link -> assertThat(link.up()).isTrue())
                .hasValueSatisfying(link -> assertThat(link.mtu()).isEqualTo(1450));
    }

    @Test
    void shouldSendFramesForAllToTheOtherSitesAndNoFurther() {
        vmIsAtA();
        assertThat(world.wire())
                .containsExactlyInAnyOrder(
                        "192.0.2.1 > 192.0.2.2 [7] next protocol 3", "192.0.2.1 > 192.0.2.3 [7] next protocol 3");
        assertThat(a.delivered()).isEmpty();
        assertThat(a.counter("flooded-frames")).isEqualTo(1);
    }

    @Test
    void shouldLoseNoFirstFrame() {
        vmIsAtA();
        traffic(20);
        assertThat(a.delivered()).isEqualTo(numbers(0, 20));
        a.sends(VM, CLIENT, 100);
        world.milliseconds(MAPPED_WITHIN);
        assertThat(c.delivered()).containsExactly(100);
    }

    /** Its first frame may reach the other sites before its registration reaches the map-server. */
    @Test
    void shouldAskAgainForAMacThatIsRegisteredALittleLater() {
        c.sends(CLIENT, VM, 0);
        world.milliseconds(10);
        assertThat(a.delivered()).isEmpty();
        a.sends(VM, Frames.EVERYBODY, -1);
        world.milliseconds(MAPPED_WITHIN);
        assertThat(a.delivered()).containsExactly(0);
    }

    @Test
    void shouldDropFramesForAMacThatNobodyHas() {
        c.sends(CLIENT, VM, 0);
        world.milliseconds(5_000);
        assertThat(c.counter("drop-parking-expired")).isEqualTo(1);
    }

    @Test
    void shouldForgetAMacThatIsSilent() {
        vmIsAtA();
        world.timers.advance(Duration.ofSeconds(55));
        a.sends(VM, Frames.EVERYBODY, -2);
        world.timers.advance(Duration.ofSeconds(55));
        world.settle();
        assertThat(world.registered(VM)).as("it was heard").containsExactly(a.rloc);
        world.timers.advance(Duration.ofSeconds(15));
        world.settle();
        assertThat(world.registered(VM)).isEmpty();
    }

    @Test
    @Conformance("C262")
    void shouldMoveAMacWithoutLosingAFrame() {
        vmIsAtA();
        traffic(50);
        List<Integer> received = new ArrayList<>(a.delivered());
        assertThat(world.wire()).last().isEqualTo("192.0.2.3 > 192.0.2.1 [7] next protocol 3");

        b.move(VM, "prepare", "from", a.rloc);
        traffic(20);
        a.move(VM, "switch", "to", b.rloc);
        received.addAll(a.delivered());
        assertThat(received).isEqualTo(numbers(0, sent));
        world.wire();
        traffic(30);
        assertThat(a.delivered()).as("it is not there any more").isEmpty();
        assertThat(b.delivered()).as("nor is it here yet").isEmpty();
        assertThat(world.wire())
                .contains("192.0.2.3 > 192.0.2.1 [7] next protocol 3", "192.0.2.1 > 192.0.2.2 [7] next protocol 3");

        b.sends(VM, Frames.EVERYBODY, -3);
        assertThat(a.delivered()).containsExactly(-3);
        assertThat(c.delivered()).containsExactly(-3);
        traffic(200);
        received.addAll(b.delivered());
        assertThat(received).as("each once, in order").isEqualTo(numbers(0, sent));
        assertThat(a.delivered()).isEmpty();
        assertConverged();
    }

    /** Nobody said anything before: from the time when A hears of it nothing is lost. */
    @Test
    @Conformance("C262")
    void shouldFollowAMacThatAppearsElsewhere() {
        vmIsAtA();
        traffic(50);
        world.milliseconds(5_000);
        int before = sent;

        b.sends(VM, Frames.EVERYBODY, -3);
        world.milliseconds(5);
        a.delivered();
        traffic(200);
        assertThat(b.delivered()).isEqualTo(numbers(before, sent));
        assertThat(a.delivered()).isEmpty();
        assertConverged();
    }

    /** The map-server has it at B; A knows and would send on; C sends to B. */
    private void assertConverged() {
        world.milliseconds(5_000);
        assertThat(world.registered(VM)).containsExactly(b.rloc);
        assertThat(a.get("/v1/database")).contains("state=away");
        assertThat(c.get("/v1/events")).contains("smr-received");
        world.wire();
        traffic(10);
        assertThat(world.wire()).containsOnly("192.0.2.3 > 192.0.2.2 [7] next protocol 3");
        assertThat(b.delivered()).isEqualTo(numbers(sent - 10, sent));
    }

    @Test
    void shouldMoveBackToWhereItWas() {
        vmIsAtA();
        traffic(10);
        world.milliseconds(5_000);
        b.sends(VM, Frames.EVERYBODY, -3);
        world.milliseconds(5_000);
        a.sends(VM, Frames.EVERYBODY, -4);
        world.milliseconds(5_000);
        a.delivered();
        int before = sent;
        traffic(10);
        assertThat(a.delivered()).isEqualTo(numbers(before, sent));
        assertThat(world.registered(VM)).containsExactly(a.rloc);
    }
}
