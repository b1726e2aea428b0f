package io.godwit.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"0.123456;0.123", "12.345;12.3", "999.6;1000", "1234.5;1,235", "1500000.0;1,500,000", "0.0;0"})
    void shouldRoundToWhatAPersonReads(double value, String text) {
        assertThat(Figures.text(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"7;7", "1234567;1,234,567"})
    void shouldKeepWholeNumbers(long value, String text) {
        assertThat(Figures.text(value)).isEqualTo(text);
    }
}
