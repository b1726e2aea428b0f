package io.godwit.packet.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.Vectors;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The encrypted packets of ../shared/vectors/vectors.json. */
class CryptoVectorsTest {

    static Stream<JsonNode> encrypted() {
        JsonNode rows = JsonMapper.shared()
                .readTree(Vectors.required().resolve("vectors.json").toFile());
        return StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> row.path("id").asString().startsWith("rfc-crypto-"));
    }

    @ParameterizedTest
    @MethodSource("encrypted")
    void shouldOpenAndSealAsStated(JsonNode row) {
        JsonNode fields = row.path("fields");
        byte[] packet = hex(row.path("hex"));
        boolean gcm = row.path("id").asString().contains("gcm");
        byte[] iv = hex(fields.path(gcm ? "iv" : "iv8"));
        KeyMaterial key = new KeyMaterial(Arrays.copyOf(hex(fields.path("key")), KeyMaterial.LENGTH));
        CipherSuite suite = gcm ? CipherSuite.X25519_AES_128_GCM : CipherSuite.X25519_CHACHA20_POLY1305;
        PacketCipher cipher = new PacketCipher(suite, key, packet[0] & 3);

        byte[] opened = cipher.open(packet).orElseThrow();

        byte[] plain = Arrays.copyOfRange(opened, 8, opened.length);
        assertThat(plain).isEqualTo(hex(fields.path("plaintext")));
        assertThat(cipher.seal(opened, iv)).isEqualTo(packet);
        assertThat(Arrays.copyOf(packet, 8 + iv.length)).isEqualTo(hex(fields.path("aad")));
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asString());
    }
}
