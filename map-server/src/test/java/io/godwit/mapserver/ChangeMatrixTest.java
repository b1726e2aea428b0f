package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapRequest;
import io.godwit.testing.Conformance;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is told of which change, once, and who is not. */
class ChangeMatrixTest {
    private static final EnumSet<MapRegister.Flag> MERGE =
            EnumSet.of(MapRegister.Flag.PROXY_REPLY, MapRegister.Flag.WANT_MAP_NOTIFY, MapRegister.Flag.MERGE);

    /** xTRs a to c register; s and t subscribe; i asks without subscribing. */
    static final class Scene {
        final World world = new World();
        final TestXtr a = world.xtr(1);
        final TestXtr b = world.xtr(2);
        final TestXtr c = world.xtr(3);
        final TestXtr s = world.xtr(4);
        final TestXtr t = world.xtr(5);
        final TestXtr i = world.xtr(6);
        private final Map<String, TestXtr> all = new TreeMap<>(Map.of("a", a, "b", b, "c", c, "s", s, "t", t, "i", i));

        /** The xTRs' own confirmations are not news. */
        List<String> told() {
            List<String> told = new ArrayList<>();
            all.forEach((name, xtr) -> xtr.inbox.forEach(message -> {
                if (message instanceof MapNotify notify && notify.nonce() != xtr.nonce) {
                    told.add(name + " " + text(notify.records().getFirst()));
                } else if (message instanceof MapRequest smr && smr.has(MapRequest.Flag.SMR)) {
                    told.add(name + " smr " + smr.records().getFirst().eid());
                }
            }));
            return told;
        }

        private static String text(EidRecord record) {
            String what = record.ttlMinutes() == 0 ? "gone" : String.join(" ", TestXtr.locators(record));
            return record.eid() + "/" + record.maskLength() + " " + what;
        }

        void settle() {
            all.values().forEach(TestXtr::acknowledgeAll);
            all.values().forEach(TestXtr::forget);
        }
    }

    record Case(String name, Consumer<Scene> before, Consumer<Scene> change, List<String> told) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "move of exactly what is subscribed to",
                        on -> {
                            on.a.register("10.0.0.5");
                            on.a.register("10.0.0.6");
                            on.s.subscribe("10.0.0.5");
                            on.t.subscribe("10.0.0.6");
                        },
                        on -> on.b.register("10.0.0.5"),
                        List.of("a 10.0.0.5/32 192.0.2.2", "s 10.0.0.5/32 192.0.2.2")),
                new Case(
                        "other locators of the same xTR",
                        on -> {
                            on.a.register("10.0.0.5");
                            on.s.subscribe("10.0.0.5");
                        },
                        on -> on.a.send(on.a.record("10.0.0.5", on.a.rloc, on.a.rlocV6)),
                        List.of("s 10.0.0.5/32 192.0.2.1 2001:db8::1")),
                new Case(
                        "more-specific registered inside",
                        on -> {
                            on.a.register("10.0.0.0/24").register("10.0.0.6");
                            on.s.subscribe("10.0.0.9");
                            on.t.subscribe("10.0.0.6");
                        },
                        on -> on.b.register("10.0.0.5"),
                        List.of("s 10.0.0.5/32 192.0.2.2")),
                new Case(
                        "less-specific moves around a more-specific",
                        on -> {
                            on.a.register("10.0.0.0/24");
                            on.c.register("10.0.0.5");
                            on.s.subscribe("10.0.0.9");
                            on.t.subscribe("10.0.0.5");
                        },
                        on -> on.b.register("10.0.0.0/24"),
                        List.of("a 10.0.0.0/24 192.0.2.2", "s 10.0.0.0/24 192.0.2.2")),
                new Case(
                        "first registration",
                        on -> {
                            on.s.subscribe("10.0.0.5");
                            on.t.subscribe("[7]10.0.0.5");
                        },
                        on -> on.a.register("10.0.0.5"),
                        List.of("s 10.0.0.5/32 192.0.2.1")),
                new Case(
                        "refresh",
                        on -> {
                            on.a.register("10.0.0.5");
                            on.s.subscribe("10.0.0.5");
                        },
                        on -> on.a.register("10.0.0.5"),
                        List.of()),
                new Case(
                        "withdrawal",
                        on -> {
                            on.a.register("10.0.0.5");
                            on.s.subscribe("10.0.0.5");
                        },
                        on -> on.a.withdraw("10.0.0.5"),
                        List.of("s 10.0.0.5/32 gone")),
                new Case(
                        "expiry",
                        on -> {
                            on.a.register("10.0.0.5");
                            on.s.subscribe("10.0.0.5");
                        },
                        on -> on.world.advance(181),
                        List.of("s 10.0.0.5/32 gone")),
                new Case(
                        "a second xTR merges",
                        on -> {
                            on.a.flags = MERGE;
                            on.b.flags = MERGE;
                            on.a.register("10.0.0.5");
                            on.s.subscribe("10.0.0.5");
                        },
                        on -> on.b.register("10.0.0.5"),
                        List.of("a 10.0.0.5/32 192.0.2.1 192.0.2.2", "s 10.0.0.5/32 192.0.2.1 192.0.2.2")),
                new Case(
                        "a merged xTR registers the same again",
                        on -> {
                            on.a.flags = MERGE;
                            on.b.flags = MERGE;
                            on.a.register("10.0.0.5");
                            on.b.register("10.0.0.5");
                            on.s.subscribe("10.0.0.5");
                        },
                        on -> on.b.register("10.0.0.5"),
                        List.of()),
                new Case(
                        "a merged xTR withdraws",
                        on -> {
                            on.a.flags = MERGE;
                            on.b.flags = MERGE;
                            on.a.register("10.0.0.5");
                            on.b.register("10.0.0.5");
                            on.s.subscribe("10.0.0.5");
                        },
                        on -> on.b.withdraw("10.0.0.5"),
                        List.of("a 10.0.0.5/32 192.0.2.1", "s 10.0.0.5/32 192.0.2.1")),
                new Case(
                        "positive inside negative",
                        on -> {
                            on.s.subscribe("10.0.0.5");
                            on.i.ask("10.0.0.6");
                        },
                        on -> on.a.register("10.0.0.7"),
                        List.of("i smr 10.0.0.7", "s 10.0.0.7/32 192.0.2.1")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Conformance("C203")
    void shouldTellThoseConcernedOnceAndNobodyElse(Case one) {
        Scene scene = new Scene();
        one.before().accept(scene);
        scene.settle();
        one.change().accept(scene);
        assertThat(scene.told()).containsExactlyInAnyOrderElementsOf(one.told());
        scene.settle();
        scene.world.advance(70);
        assertThat(scene.told()).as("after all have acknowledged").isEmpty();
    }
}
