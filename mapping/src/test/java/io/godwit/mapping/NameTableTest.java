package io.godwit.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class NameTableTest {
    /** The oracle tries every beginning, the longest first. */
    @Property
    void shouldFindTheLongestBeginning(
            @ForAll @Size(max = 20) Set<@CharRange(from = 'a', to = 'c') @StringLength(max = 6) String> names,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 8) String asked) {
        NameTable<Integer> table = new NameTable<>();
        names.forEach(name -> table.put(name, name.length()));
        Optional<String> expected = Optional.empty();
        for (int length = asked.length(); length >= 0 && expected.isEmpty(); length--) {
            String beginning = asked.substring(0, length);
            expected = names.contains(beginning) ? Optional.of(beginning) : Optional.empty();
        }
        assertThat(table.longestMatch(asked).map(Map.Entry::getKey)).isEqualTo(expected);
    }
}
