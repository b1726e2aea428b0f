package io.godwit.packet.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** Our own data packets, {@code golden-data.txt}. */
final class GoldenData {
    private GoldenData() {}

    static Map<String, byte[]> packets() {
        try (InputStream in = Objects.requireNonNull(GoldenData.class.getResourceAsStream("/golden-data.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .collect(Collectors.toMap(
                            words -> words[0], words -> HexFormat.of().parseHex(words[1])));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static UnsafeBuffer packet(String name) {
        return new UnsafeBuffer(Objects.requireNonNull(packets().get(name)));
    }
}
