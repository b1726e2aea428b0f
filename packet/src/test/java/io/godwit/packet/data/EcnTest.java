package io.godwit.packet.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcnTest {
    /** RFC 6040 figure 4, row by row; X is drop. */
    @ParameterizedTest
    @CsvSource({
        "00, 00 00 00 X", //
        "10, 10 01 10 11",
        "01, 01 01 01 11",
        "11, 11 11 11 11"
    })
    void shouldDecapsulateAsFigure4OfRfc6040(String inner, String outcomes) {
        String[] byOuter = outcomes.split(" ");
        for (int outer = 0; outer < 4; outer++) {
            int expected = byOuter[outer].equals("X") ? Ecn.DROP : Integer.parseInt(byOuter[outer], 2);
            assertThat(Ecn.decapsulate(0xfc | Integer.parseInt(inner, 2), outer))
                    .as("inner %s outer %d", inner, outer)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x00,0", "0xfd,1", "0x02,2", "0xff,3"})
    void shouldCopyTheInnerCodePointWhenEncapsulating(int trafficClass, int ecn) {
        assertThat(Ecn.encapsulate(trafficClass)).isEqualTo(ecn);
    }
}
