package io.godwit.packet.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Tshark;
import io.godwit.testing.Conformance;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A second opinion on our golden packets. */
@Timeout(120)
class TsharkTest {
    @TempDir
    private Path folder;

    @Test
    @Conformance("C091")
    void shouldFindNoGoldenPacketMalformed() throws Exception {
        assertThat(new Tshark(folder)
                        .read(Golden.octets(), ControlCodec.PORT, "-e", "_ws.col.Info", "-e", "_ws.malformed"))
                .noneMatch(line -> line.contains("Malformed"));
    }
}
