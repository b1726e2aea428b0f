package io.godwit.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.packet.address.Ipv4Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** An index that is filled at once against a map. */
class EidIndexTest {
    private static final int FRESH = Integer.MAX_VALUE;

    private EidIndex index = new EidIndex();
    private final Map<EidPrefix, Integer> oracle = new HashMap<>();

    /** Adds or replaces, and removes where {@code remove}. */
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

    @Property(tries = 400)
    void shouldKnowWhatItWasFilledWithAndWhatChangedAfterwards(
            @ForAll("changes") List<Change> before,
            @ForAll("changes") List<Change> after,
            @ForAll("prefixes") EidPrefix eid) {
        index = new EidIndex();
        oracle.clear();
        index.fill();
        before.forEach(this::apply);
        assertEverything();
        index.filled();
        assertEverything();
        after.forEach(this::apply);
        assertEverything();
        long match = index.longestMatch(eid);
        assertThat(oracle.keySet().stream()
                        .filter(prefix -> prefix.covers(eid))
                        .mapToInt(EidPrefix::length)
                        .max()
                        .orElse(-1))
                .isEqualTo(match == EidIndex.NOWHERE ? -1 : index.prefix(match).length());
    }

    @Property(tries = 400)
    void shouldFindHostsTogetherAsItFindsThemOneByOne(
            @ForAll("changes") List<Change> changes, @ForAll("hosts") List<EidPrefix> strangers) {
        index = new EidIndex();
        oracle.clear();
        changes.forEach(this::apply);
        List<EidPrefix> asked = new ArrayList<>(strangers);
        oracle.keySet().stream().filter(EidPrefix::isHost).forEach(asked::add);
        HostQuery query = new HostQuery(asked.size());
        for (int round = 0; round < 2; round++) {
            asked.forEach(host -> query.add(
                    host.instanceId(),
                    KeyBits.width(host.address()),
                    KeyBits.high(host.address()),
                    KeyBits.low(host.address())));
            assertThat(query.isFull()).isTrue();
            index.hosts(query);
            for (int i = 0; i < asked.size(); i++) {
                assertThat(query.number(i)).isEqualTo(oracle.getOrDefault(asked.get(i), EidIndex.NONE));
            }
            query.clear();
            Collections.reverse(asked);
        }
    }

    @Provide
    Arbitrary<List<EidPrefix>> hosts() {
        return EidPrefixes.hosts().list().ofMaxSize(30);
    }

    @Test
    void shouldFindHostsTogetherWhileItGrows() {
        int hosts = 5_000;
        HostQuery query = new HostQuery(2);
        for (int i = 0; i < hosts; i++) {
            index.add(EidPrefix.host(0, new Ipv4Address(i)), i);
            query.add(0, 32, (long) (i / 2) << 32, 0);
            query.add(0, 32, (long) (hosts + i) << 32, 0);
            index.hosts(query);
            assertThat(query.number(0)).isEqualTo(i / 2);
            assertThat(query.number(1)).isEqualTo(EidIndex.NONE);
            query.clear();
        }
    }

    private void apply(Change change) {
        if (change.remove()) {
            long place = index.find(change.prefix());
            assertThat(place != EidIndex.NOWHERE).isEqualTo(oracle.remove(change.prefix()) != null);
            if (place != EidIndex.NOWHERE) {
                index.remove(place);
            }
            return;
        }
        long place = index.findOrAdd(change.prefix(), FRESH);
        Integer known = oracle.get(change.prefix());
        assertThat(index.number(place)).isEqualTo(known == null ? FRESH : known);
        if (known == null) {
            index.number(place, oracle.size());
            oracle.put(change.prefix(), oracle.size());
        }
    }

    private void assertEverything() {
        assertThat(index.size()).isEqualTo(oracle.size());
        oracle.forEach((prefix, number) -> {
            long place = index.find(prefix);
            assertThat(index.prefix(place)).isEqualTo(prefix);
            assertThat(index.number(place)).isEqualTo(number);
        });
    }

    @Test
    void shouldAnswerWhoAsksWhileItIsFilled() {
        EidPrefix host = EidPrefix.host(0, new Ipv4Address(0x0a00_0001));
        index.fill();
        long place = index.add(host, 7);
        assertThat(index.longestMatch(host)).isEqualTo(place);
        assertThat(index.host(0, 32, KeyBits.high(host.address()), 0)).isEqualTo(7);
    }

    @Test
    void shouldFillNothingThatIsNotEmpty() {
        index.add(EidPrefix.host(0, new Ipv4Address(1)), 0);
        assertThatIllegalStateException().isThrownBy(index::fill).withMessageContaining("1 prefixes");
    }
}
