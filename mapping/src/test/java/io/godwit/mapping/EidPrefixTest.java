package io.godwit.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EidPrefixTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "[7]2001:db8::1/32, [7]2001:db8::/32",
        "52:54:00:aa:bb:cc/24, 52:54:00:00:00:00/24",
        "0.0.0.0/0, 0.0.0.0/0",
        "[16777215]10.0.0.1, [16777215]10.0.0.1/32"
    })
    void shouldClearHostBits(String text, String canonical) {
        assertThat(EidPrefix.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.0.0/16, true",
        "10.0.0.0/8, 10.0.0.0/8, true",
        "10.1.0.0/16, 10.0.0.0/8, false",
        "10.0.0.0/8, [1]10.1.0.0/16, false",
        "10.0.0.0/8, 11.0.0.1, false",
        "::/0, 10.0.0.1, false",
        "0.0.0.0/0, 52:54:00:aa:bb:cc, false",
        "52:54:00:00:00:00/24, 52:54:00:aa:bb:cc, true",
        "52:54:00:00:00:00/24, 52:54:01:aa:bb:cc, false"
    })
    void shouldCoverWhatLiesWithin(String prefix, String other, boolean covers) {
        assertThat(EidPrefix.parse(prefix).covers(EidPrefix.parse(other))).isEqualTo(covers);
    }

    @Test
    void shouldComeBackFromARecordsAddress() {
        EidPrefix prefix = EidPrefix.parse("[7]10.0.0.0/24");
        assertThat(EidPrefix.of(prefix.toAddress(), prefix.length())).contains(prefix);
    }
}
