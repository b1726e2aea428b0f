package io.godwit.packet.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispGpe;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.testing.Conformance;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The golden packets of port 4341 (../shared/vectors/vectors.json); {@code crypto} holds their encrypted ones. */
class DataVectorsTest {
    private static final int INNER = LispHeader.LENGTH;
    /** What the names of the rows say and their fields do not: word 0, word 1. */
    private static final Map<String, String> HEADERS = Map.of(
            "rfc-data-plain", "0000000000000000",
            "rfc-data-v6", "0000000000000000",
            "rfc-data-lsb32", "4000000000000003",
            "rfc-data-iid", "0800000000100300",
            "rfc-data-iid-lsb8", "4800000000100303",
            "rfc-data-nonce", "80abcdef00000000",
            "rfc-data-echo-request", "a0abcdef00000000");

    static Stream<Vector> data() {
        return Vector.all().stream().filter(vector -> vector.destinationPort() == LispHeader.PORT);
    }

    @Test
    void shouldFindAllOfThem() {
        assertThat(data()).hasSize(23);
    }

    @ParameterizedTest
    @MethodSource("data")
    void shouldReadTheFieldsStated(Vector vector) {
        UnsafeBuffer packet = vector.buffer();
        int word0 = LispHeader.word0(packet, 0);
        JsonNode fields = vector.fields();

        stated(fields, "N", LispHeader.hasNonce(word0) ? 1 : 0);
        stated(fields, "E", LispHeader.requestsEcho(word0) ? 1 : 0);
        stated(fields, "V", LispHeader.hasMapVersions(word0) ? 1 : 0);
        stated(fields, "src", LispHeader.sourceMapVersion(word0));
        stated(fields, "dst", LispHeader.destinationMapVersion(word0));
        stated(fields, "src_mv", LispHeader.sourceMapVersion(word0));
        stated(fields, "dst_mv", LispHeader.destinationMapVersion(word0));
        stated(fields, "next_proto", LispHeader.nextProtocol(word0));
        stated(fields, "shim", LispHeader.nextProtocol(word0));
        if (fields.has("nonce")) {
            assertThat(LispHeader.nonce(word0))
                    .isEqualTo(HexFormat.fromHexDigits(fields.path("nonce").asString()));
        }
        if (fields.has("key")) {
            assertThat(LispHeader.keyId(word0)).isEqualTo(1);
        }
        if (HEADERS.containsKey(vector.id())) {
            assertThat(HexFormat.of().formatHex(vector.payload(), 0, INNER)).isEqualTo(HEADERS.get(vector.id()));
            readsBack(packet, word0, LispHeader.word1(packet, 0));
        }
    }

    private static void stated(JsonNode fields, String name, int actual) {
        if (fields.has(name)) {
            assertThat(actual).as(name).isEqualTo(fields.path(name).asInt());
        }
    }

    /** Nonce, Instance ID and status bits, taken apart and put together again. */
    private static void readsBack(UnsafeBuffer packet, int word0, int word1) {
        int first = LispHeader.hasNonce(word0) ? LispHeader.withNonce(LispHeader.nonce(word0)) : 0;
        first |= LispHeader.requestsEcho(word0) ? LispHeader.ECHO_NONCE_REQUEST : 0;
        first |= LispHeader.hasLocatorStatusBits(word0) ? LispHeader.LOCATOR_STATUS_BITS_PRESENT : 0;
        first |= LispHeader.hasInstanceId(word0) ? LispHeader.INSTANCE_ID_PRESENT : 0;
        int bits = LispHeader.locatorStatusBits(word0, word1);
        int second = LispHeader.hasInstanceId(word0)
                ? LispHeader.instanceWord(LispHeader.instanceId(word0, word1), bits)
                : bits;
        UnsafeBuffer again = new UnsafeBuffer(new byte[INNER]);
        LispHeader.put(again, 0, first, second);
        assertThat(again.getLong(0)).isEqualTo(packet.getLong(0));
    }

    @Test
    @Conformance("C032")
    void shouldReadNonceAndVersionsTogetherAsNonce() {
        int word0 = LispHeader.word0(row("rfc-data-n-and-v"), 0);

        assertThat(LispHeader.hasMapVersions(word0)).isFalse();
        assertThat(LispHeader.nonce(word0)).isEqualTo(0xabcdef);
        assertThat(LispHeader.destinationMapVersion(LispHeader.word0(row("rfc-data-mapver-dst0"), 0)))
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("data")
    void shouldFindTheInnerPacketWhole(Vector vector) {
        UnsafeBuffer packet = vector.buffer();
        int word0 = LispHeader.word0(packet, 0);
        int protocol = LispHeader.hasNextProtocol(word0) ? LispHeader.nextProtocol(word0) : 0;
        // Only the test's own shim type 0xFE is experimental and no shim by the RFC's ranges.
        if (LispHeader.keyId(word0) != 0 || protocol == LispGpe.NSH || protocol > LispGpe.LAST_SHIM) {
            return;
        }
        int ip = protocol == LispGpe.ETHERNET ? INNER + 14 : INNER;
        int length = packet.capacity() - ip;
        if (Ipv4Header.version(packet, ip) == 4) {
            assertThat(Ipv4Header.isComplete(packet, ip, length)).isTrue();
            assertThat(Ipv4Header.checksumIsValid(packet, ip)).isTrue();
            assertUdp(packet, ip, ip + Ipv4Header.LENGTH, Ipv4Header.protocol(packet, ip));
        } else {
            assertThat(Ipv6Header.isComplete(packet, ip, length)).isTrue();
            assertUdp(packet, ip, ip + Ipv6Header.LENGTH, Ipv6Header.nextHeader(packet, ip));
        }
    }

    private static void assertUdp(UnsafeBuffer packet, int ip, int udp, int protocol) {
        if (protocol == IpProtocol.UDP) {
            int length = UdpHeader.length(packet, udp);
            assertThat(udp + length).isEqualTo(packet.capacity());
            assertThat(Checksum.transportIsValid(packet, ip, IpProtocol.UDP, udp, length))
                    .isTrue();
        }
    }

    private static UnsafeBuffer row(String id) {
        return data().filter(vector -> vector.id().equals(id))
                .findFirst()
                .orElseThrow()
                .buffer();
    }
}
