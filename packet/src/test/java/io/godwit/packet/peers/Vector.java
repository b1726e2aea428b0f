package io.godwit.packet.peers;

import io.godwit.testing.Vectors;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import org.agrona.concurrent.UnsafeBuffer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A row of the peers' vectors.json: a UDP payload and what is known of it. */
record Vector(String id, int destinationPort, byte[] payload, JsonNode row) {

    static List<Vector> all() {
        JsonNode rows = JsonMapper.shared()
                .readTree(Vectors.required().resolve("vectors.json").toFile());
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new Vector(
                        row.path("id").asString(),
                        row.path("udp_dport").asInt(),
                        HexFormat.of().parseHex(row.path("hex").asString()),
                        row))
                .toList();
    }

    /** A whole control message, not an address or a data packet. OpenDaylight's rows state no port. */
    boolean isControl() {
        boolean control =
                destinationPort == 4342 || row.path("kind").asString("").contains("message");
        return control || (id.startsWith("odlraw") && payload.length > 12 && payload[0] != 0x40 && payload[0] != 0);
    }

    JsonNode fields() {
        return row.path("fields");
    }

    UnsafeBuffer buffer() {
        return new UnsafeBuffer(payload);
    }

    @Override
    public String toString() {
        return id;
    }
}
