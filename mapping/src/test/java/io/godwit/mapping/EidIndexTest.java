package io.godwit.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.packet.address.Ipv4Address;
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
