package io.godwit.packet.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Conformance;
import org.junit.jupiter.api.Test;

class MapVersionTest {
    /** RFC 9302 section 6: the numbers newer than 69 are 70..2117, the others older. */
    @Test
    @Conformance("C210")
    void shouldOrderAsTheExampleOfRfc9302() {
        for (int version = 1; version < 4096; version++) {
            int expected = version == 69 ? 0 : version >= 70 && version <= 2117 ? 1 : -1;
            assertThat(MapVersion.compare(version, 69)).as("%d", version).isEqualTo(expected);
        }
    }

    @Test
    @Conformance("C210")
    void shouldOrderEveryPairAsTheText() {
        for (int v1 = 1; v1 < 4096; v1++) {
            for (int v2 = 1; v2 < 4096; v2++) {
                boolean newer = (v2 > v1 && v2 - v1 <= 2048) || (v1 > v2 && v1 - v2 > 2048);
                int expected = v1 == v2 ? 0 : newer ? 1 : -1;
                if (MapVersion.compare(v2, v1) != expected) {
                    assertThat(MapVersion.compare(v2, v1))
                            .as("%d and %d", v2, v1)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    @Conformance("C211")
    void shouldSkipTheNullVersionWhenCounting() {
        assertThat(MapVersion.next(0xfff)).isEqualTo(1);
        assertThat(MapVersion.next(1)).isEqualTo(2);
    }
}
