package io.godwit.packet.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
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
        Path capture = folder.resolve("golden.pcap");
        Path hex = Files.writeString(folder.resolve("golden.hex"), hexDump());
        run("text2pcap", "-q", "-u", "40000,4342", hex.toString(), capture.toString());

        List<String> lines =
                run("tshark", "-r", capture.toString(), "-T", "fields", "-e", "_ws.col.Info", "-e", "_ws.malformed");
        assertThat(lines).hasSize(Golden.octets().size());
        assertThat(lines).noneMatch(line -> line.contains("Malformed"));
    }

    /** As {@code od -Ax -tx1} prints it. */
    private static String hexDump() {
        StringBuilder dump = new StringBuilder();
        for (Map.Entry<String, byte[]> packet : Golden.octets().entrySet()) {
            HexFormat hex = HexFormat.ofDelimiter(" ");
            dump.append("000000 ").append(hex.formatHex(packet.getValue())).append('\n');
        }
        return dump.toString();
    }

    private List<String> run(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve(command[0] + ".out");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Assumptions.abort(command[0] + " is not installed (Debian: tshark)");
        }
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(command[0]).isZero();
        return Files.readAllLines(output);
    }
}
