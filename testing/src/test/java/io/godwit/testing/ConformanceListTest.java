package io.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConformanceListTest {
    @Test
    void shouldHoldEveryRowOnceAndInOrder() {
        List<String> wanted =
                IntStream.rangeClosed(1, 264).mapToObj("C%03d"::formatted).toList();

        assertThat(ConformanceList.rows()).extracting(ConformanceRow::id).containsExactlyElementsOf(wanted);
    }

    @Test
    void shouldFillEveryCell() {
        assertThat(ConformanceList.rows()).allSatisfy(row -> {
            assertThat(row.section()).matches("[A-L] .+");
            assertThat(row.strength()).matches("[MSOI](/[MSOI])?");
            assertThat(row.source()).isNotBlank();
            assertThat(row.role()).isNotBlank();
            assertThat(row.requirement()).isNotBlank();
        });
    }
}
