package io.godwit.mapping;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.Ipv4Address;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The packed table against a map that is searched from end to end. */
class EidTableTest {
    private final EidTable<Integer> table = EidTable.create();
    private final Map<EidPrefix, Integer> oracle = new HashMap<>();

    /** Puts, and removes where {@code remove}. */
    record Change(EidPrefix prefix, boolean remove) {}

    @Provide
    Arbitrary<List<Change>> changes() {
        return EidPrefixes.any()
                .flatMap(prefix -> Arbitraries.of(true, false, false).map(remove -> new Change(prefix, remove)))
                .list()
                .ofMaxSize(150);
    }

    @Provide
    Arbitrary<EidPrefix> prefixes() {
        return Arbitraries.oneOf(EidPrefixes.any(), EidPrefixes.hosts());
    }

    @Property(tries = 600)
    void shouldHoldWhatWasPutAndNotRemoved(@ForAll("changes") List<Change> changes) {
        apply(changes);
        Map<EidPrefix, Integer> found = new HashMap<>();
        table.forEach((prefix, value) -> assertThat(found.put(prefix, value)).isNull());
        assertThat(found).isEqualTo(oracle);
        assertThat(table.size()).isEqualTo(oracle.size());
        oracle.forEach((prefix, value) -> assertThat(table.get(prefix)).contains(value));
    }

    @Property(tries = 600)
    void shouldFindTheLongestMatch(@ForAll("changes") List<Change> changes, @ForAll("prefixes") EidPrefix eid) {
        apply(changes);
        Optional<EidTable.Entry<Integer>> expected = oracle.entrySet().stream()
                .filter(entry -> entry.getKey().covers(eid))
                .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                .map(entry -> new EidTable.Entry<>(entry.getKey(), entry.getValue()));
        assertThat(table.longestMatch(eid)).isEqualTo(expected);
    }

    @Property(tries = 600)
    void shouldVisitWhatLiesWithinAndAbove(
            @ForAll("changes") List<Change> changes, @ForAll("prefixes") EidPrefix prefix) {
        apply(changes);
        Map<EidPrefix, Integer> within = new HashMap<>();
        table.forEachMoreSpecific(prefix, within::put);
        assertThat(within).isEqualTo(others(other -> prefix.covers(other) && !other.equals(prefix)));
        assertThat(table.moreSpecifics(prefix, 3))
                .hasSize(Math.min(3, within.size()))
                .allSatisfy(entry -> assertThat(within).containsEntry(entry.prefix(), entry.value()));

        List<EidPrefix> above = new ArrayList<>();
        table.forEachLessSpecific(prefix, (other, value) -> above.add(other));
        assertThat(above)
                .containsExactlyInAnyOrderElementsOf(others(other -> other.covers(prefix) && !other.equals(prefix))
                        .keySet())
                .isSortedAccordingTo(Comparator.comparingInt(EidPrefix::length).reversed());
    }

    @Property(tries = 600)
    void shouldFindTheWidestHole(@ForAll("changes") List<Change> changes, @ForAll("prefixes") EidPrefix eid) {
        apply(changes);
        assertThat(table.hole(eid)).isEqualTo(widest(eid, 0, oracle.keySet()));
    }

    @Property(tries = 600)
    void shouldFindTheWidestHoleWithinACover(
            @ForAll("changes") List<Change> changes,
            @ForAll("prefixes") EidPrefix eid,
            @ForAll @IntRange(max = 128) int length) {
        apply(changes);
        EidPrefix cover = new EidPrefix(eid.instanceId(), eid.address(), Math.min(length, eid.length()));
        Set<EidPrefix> inside =
                others(other -> cover.covers(other) && !other.equals(cover)).keySet();
        assertThat(table.holeWithin(cover, eid)).isEqualTo(widest(eid, cover.length(), inside));
    }

    @Property(tries = 600)
    void shouldFindTheWidestHoleWithinACoverOfTheTable(
            @ForAll("changes") List<Change> changes, @ForAll("prefixes") EidPrefix eid) {
        apply(changes);
        table.forEachLessSpecific(eid, (cover, value) -> {
            Set<EidPrefix> inside =
                    others(other -> cover.covers(other) && !other.equals(cover)).keySet();
            assertThat(table.holeWithin(cover, eid)).isEqualTo(widest(eid, cover.length(), inside));
        });
    }

    @Test
    void shouldAnswerTheWholeCoverWhenNothingIsWithinIt() {
        EidPrefix cover = new EidPrefix(7, new Ipv4Address(0x0a00_0000), 24);
        table.put(cover, 1);
        EidPrefix eid = EidPrefix.host(7, new Ipv4Address(0x0a00_0005));
        assertThat(table.holeWithin(cover, eid)).contains(cover);
        table.put(new EidPrefix(7, new Ipv4Address(0x0a00_0080), 25), 2);
        assertThat(table.holeWithin(cover, eid)).contains(new EidPrefix(7, new Ipv4Address(0x0a00_0000), 25));
    }

    private static Optional<EidPrefix> widest(EidPrefix eid, int from, Set<EidPrefix> known) {
        Optional<EidPrefix> widest = Optional.empty();
        for (int length = eid.length(); length >= from; length--) {
            EidPrefix candidate = new EidPrefix(eid.instanceId(), eid.address(), length);
            if (known.stream().anyMatch(other -> candidate.covers(other) || other.covers(candidate))) {
                break;
            }
            widest = Optional.of(candidate);
        }
        return widest;
    }

    @Test
    void shouldKeepLookingUpAmongManySequentialHosts() {
        int hosts = 200_000;
        for (int i = 0; i < hosts; i++) {
            table.put(EidPrefix.host(0, new Ipv4Address(0x0a00_0000 + i)), i);
        }
        assertThat(table.size()).isEqualTo(hosts);
        for (int i = 0; i < hosts; i += 2) {
            assertThat(table.remove(EidPrefix.host(0, new Ipv4Address(0x0a00_0000 + i))))
                    .contains(i);
        }
        for (int i = 0; i < hosts; i++) {
            EidPrefix host = EidPrefix.host(0, new Ipv4Address(0x0a00_0000 + i));
            assertThat(table.longestMatch(host).isPresent()).isEqualTo(i % 2 == 1);
        }
    }

    private Map<EidPrefix, Integer> others(Predicate<EidPrefix> filter) {
        return oracle.entrySet().stream()
                .filter(entry -> filter.test(entry.getKey()))
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private void apply(List<Change> changes) {
        for (int i = 0; i < changes.size(); i++) {
            EidPrefix prefix = changes.get(i).prefix();
            if (changes.get(i).remove()) {
                // Mostly one that is there, or nothing would ever be removed.
                EidPrefix victim = oracle.isEmpty() || i % 4 == 0
                        ? prefix
                        : oracle.keySet().stream()
                                .skip(i % oracle.size())
                                .findFirst()
                                .orElseThrow();
                assertThat(table.remove(victim)).isEqualTo(Optional.ofNullable(oracle.remove(victim)));
            } else {
                assertThat(table.put(prefix, i)).isEqualTo(Optional.ofNullable(oracle.put(prefix, i)));
            }
        }
    }
}
