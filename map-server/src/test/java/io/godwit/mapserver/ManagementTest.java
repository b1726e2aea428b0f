package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.daemon.management.OctetStream;
import io.godwit.daemon.management.Routes;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.management.ManagementRoutes;
import io.godwit.mapserver.management.Views;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What {@code godwit show} gets to see. */
class ManagementTest {
    private final World world = new World();
    private final TestXtr a = world.xtr(1);
    private final TestXtr b = world.xtr(2);
    private final Map<String, Function<Map<String, String>, Object>> routes = new HashMap<>();

    private final Map<String, Function<Object, Object>> posts = new HashMap<>();
    private final Map<String, BiConsumer<Map<String, String>, OctetStream>> streams = new HashMap<>();

    ManagementTest() {
        new ManagementRoutes(world.server, world.timers).add(new Routes() {
            @Override
            public void get(String path, Function<Map<String, String>, Object> handler) {
                routes.put(path, handler);
            }

            @Override
            public void stream(String path, String mediaType, BiConsumer<Map<String, String>, OctetStream> handler) {
                streams.put(path, handler);
            }

            @Override
            public <T> void post(String path, Class<T> body, Function<T, Object> handler) {
                posts.put(path, request -> handler.apply(body.cast(request)));
            }
        });
    }

    @Test
    void shouldShowWhoRegisteredWhat() {
        a.register("[7]10.0.0.5");
        world.advance(20);
        Views.Registrations shown = get("/v1/registrations", Views.Registrations.class);
        assertThat(shown.mappings()).isEqualTo(1);
        assertThat(shown.registrations()).singleElement().satisfies(row -> {
            assertThat(row.site()).isEqualTo("cloud");
            assertThat(row.eid()).isEqualTo("[7]10.0.0.5/32");
            assertThat(row.locators()).containsExactly(new Views.Locator("192.0.2.1", 1, 100, true));
            assertThat(row.xtrId()).endsWith("0001").hasSize(32);
            assertThat(row.registeredSince()).isEqualTo("2023-11-14T22:13:20Z");
            assertThat(row.expiresInSeconds()).isEqualTo(160);
            assertThat(row.proxyReply()).isTrue();
            assertThat(row.keyId()).isEqualTo(1);
        });
    }

    @Test
    void shouldShowWhomItRefusedAndWhy() {
        a.key = World.key(1, "guessed");
        a.register("10.0.0.5").register("10.0.0.5");
        Views.Status status = get("/v1/status", Views.Status.class);
        assertThat(status.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.site()).isEqualTo("cloud");
            assertThat(refusal.reason()).isEqualTo("wrong-authentication");
            assertThat(refusal.count()).isEqualTo(2);
            assertThat(refusal.lastSource()).isEqualTo("192.0.2.1");
        });
        assertThat(get("/v1/registrations", Views.Registrations.class).refusals())
                .isEqualTo(status.refusals());
    }

    @Test
    void shouldShowChangesSinceASequenceNumber() {
        a.register("10.0.0.5");
        b.register("10.0.0.5");
        assertThat(get("/v1/events", List.class).size()).isEqualTo(2);
        assertThat(Objects.requireNonNull(routes.get("/v1/events")).apply(Map.of("since", "1")))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(EventLog.Event.class))
                .extracting(EventLog.Event::kind)
                .containsExactly("moved");
    }

    /** A client that takes what is written when the test says so. */
    private static final class Reader implements OctetStream {
        private final StringBuilder text = new StringBuilder();
        private boolean open = true;
        private boolean ready = true;

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void write(byte[] octets) {
            text.append(new String(octets, StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            open = false;
        }
    }

    private Reader follow(Map<String, String> query) {
        Reader reader = new Reader();
        Objects.requireNonNull(streams.get("/v1/events/stream")).accept(query, reader);
        return reader;
    }

    @Test
    void shouldStreamChangesAsTheyHappen() {
        a.register("10.0.0.4");
        Reader fromNowOn = follow(Map.of());
        Reader all = follow(Map.of("since", "0"));
        b.register("10.0.0.4");
        world.advance(1);
        assertThat(fromNowOn.text.toString())
                .contains("id: 2\nevent: change\ndata: {\"time\":\"")
                .contains("\"kind\":\"moved\",\"eid\":\"10.0.0.4/32\",\"epoch\":2,\"old\":[\"192.0.2.1\"],")
                .doesNotContain("registered");
        assertThat(all.text.toString()).contains("registered", "moved");
        fromNowOn.close();
        fromNowOn.text.setLength(0);
        a.acknowledgeAll().register("10.0.0.4");
        world.advance(1);
        assertThat(fromNowOn.text).isEmpty();
    }

    @Test
    void shouldTellASlowClientHowManyChangesItMissed() {
        Reader slow = follow(Map.of());
        slow.ready = false;
        int changes = LimitsConfig.DEFAULT.events() + 10;
        for (int i = 0; i < changes; i++) {
            a.register("10.0." + i / 250 + "." + i % 250);
        }
        world.advance(1);
        assertThat(slow.text.toString()).isEqualTo(":\n\n");
        slow.ready = true;
        world.advance(10);
        assertThat(slow.text.toString())
                .contains("event: missed\ndata: {\"missed\":10}\n\nid: 11\n")
                .contains("id: " + changes + "\n");
    }

    @Test
    void shouldBoundTheNumberOfFollowers() {
        for (int i = 0; i < 64; i++) {
            follow(Map.of());
        }
        assertThatThrownBy(() -> follow(Map.of())).isInstanceOf(Routes.Refusal.class);
    }

    @Test
    void shouldBoundWhatItShows() {
        a.register("10.0.0.5").register("10.0.0.6");
        Views.Registrations shown = (Views.Registrations)
                Objects.requireNonNull(routes.get("/v1/registrations")).apply(Map.of("limit", "1"));
        assertThat(shown.registrations()).hasSize(1);
        assertThat(shown.mappings()).isEqualTo(2);
    }

    @Test
    void shouldRefuseANumberThatIsNone() {
        assertThatThrownBy(
                        () -> Objects.requireNonNull(routes.get("/v1/events")).apply(Map.of("since", "yesterday")))
                .isInstanceOf(Routes.Refusal.class)
                .hasMessageContaining("yesterday");
    }

    @Test
    void shouldSayThatMovesNeedNoTickets() {
        Object ticket = new Views.TicketRequest("made up");
        assertThatThrownBy(
                        () -> Objects.requireNonNull(posts.get("/v1/tickets")).apply(ticket))
                .hasMessageContaining("movement.ticket-keys is empty");
        assertThatThrownBy(() -> get("/v1/tickets", List.class)).hasMessageContaining("need no tickets");
    }

    private <T> T get(String path, Class<T> type) {
        return type.cast(Objects.requireNonNull(routes.get(path)).apply(Map.of()));
    }
}
