package io.godwit.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A second opinion on packets: Wireshark's. */
public final class Tshark {
    private final Path folder;

    /** @param folder for its files */
    public Tshark(Path folder) {
        this.folder = folder;
    }

    /**
     * What tshark says of each packet, a line each, with {@code |} between the fields. The test is skipped where there is no tshark.
     *
     * @param packets name to UDP payload
     * @param port of the destination
     * @param arguments of tshark, e.g. {@code -e}, {@code ip.ttl}
     */
    public List<String> read(Map<String, byte[]> packets, int port, String... arguments)
            throws IOException, InterruptedException {
        Path capture = folder.resolve("packets.pcap");
        Path hex = Files.writeString(folder.resolve("packets.hex"), hexDump(packets));
        run(List.of("text2pcap", "-q", "-u", "40000," + port, hex.toString(), capture.toString()));
        List<String> command =
                new ArrayList<>(List.of("tshark", "-r", capture.toString(), "-T", "fields", "-E", "separator=|"));
        command.addAll(List.of(arguments));
        List<String> lines = run(command);
        assertThat(lines).hasSize(packets.size());
        return lines;
    }

    /** As {@code od -Ax -tx1} prints it. */
    private static String hexDump(Map<String, byte[]> packets) {
        HexFormat hex = HexFormat.ofDelimiter(" ");
        StringBuilder dump = new StringBuilder();
        packets.values()
                .forEach(packet ->
                        dump.append("000000 ").append(hex.formatHex(packet)).append('\n'));
        return dump.toString();
    }

    private List<String> run(List<String> command) throws IOException, InterruptedException {
        String program = command.getFirst();
        Path output = folder.resolve(program + ".out");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Assumptions.abort(program + " is not installed (Debian: tshark)");
        }
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(program).isZero();
        return Files.readAllLines(output);
    }
}
