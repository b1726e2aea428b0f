package io.godwit.hypervisor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.MacAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapStateTest {
    private static final Card CARD = new Card(MacAddress.parse("02:00:00:00:01:0a"), "vm0", 7);

    @TempDir
    Path interfaces;

    @BeforeEach
    void open() throws IOException {
        write("carrier", "1");
        write("tx_queue_len", "1000");
    }

    private void write(String name, String value) throws IOException {
        Path file = interfaces.resolve("vm0").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    private boolean keeps() {
        return new TapState(interfaces).keeps(CARD);
    }

    @Test
    void shouldKeepWhereQemuHasItOpen() throws IOException {
        assertThat(keeps()).as("no bridge").isTrue();
        write("brport/state", "3");
        write("brport/unicast_flood", "1");
        assertThat(keeps()).as("on a bridge").isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "carrier, 0",
        "tx_queue_len, 500",
        "brport/state, 1",
        "brport/unicast_flood, 0",
    })
    void shouldNotCountOnOneThatLosesFrames(String name, String value) throws IOException {
        write(name, value);
        assertThat(keeps()).isFalse();
    }

    @Test
    void shouldNotCountOnOneThatIsNotKnown() {
        assertThat(new TapState(interfaces.resolve("elsewhere")).keeps(CARD)).isFalse();
        assertThat(new TapState(interfaces).keeps(new Card(CARD.mac(), "", 7))).isFalse();
    }
}
