package io.godwit.packet.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.Packets;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MalformedMessage;
import io.godwit.packet.control.MalformedReason;
import io.godwit.testing.Conformance;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The peers' golden packets of port 4342 (../shared/vectors/vectors.json). */
class VectorsTest {
    /** The rows that must be refused, and why. The last ones are OpenDaylight's: headers without a body, addresses without a message. */
    private static final Map<String, MalformedReason> REFUSED = Map.ofEntries(
            Map.entry("rfc-mrep-vendor-lcaf", MalformedReason.UNKNOWN_VENDOR),
            Map.entry("tcpdump-lisp_invalid-f1", MalformedReason.UNKNOWN_AFI),
            Map.entry("tcpdump-lisp_invalid-f2", MalformedReason.BAD_AUTHENTICATION_LENGTH),
            Map.entry("tcpdump-lisp_invalid_length-f1", MalformedReason.BAD_AUTHENTICATION_LENGTH),
            Map.entry("odlraw-04", MalformedReason.TRUNCATED),
            Map.entry("odlraw-10", MalformedReason.TRUNCATED),
            Map.entry("odlraw-11", MalformedReason.TRUNCATED),
            Map.entry("odlraw-12", MalformedReason.TRUNCATED),
            Map.entry("odlraw-13", MalformedReason.TRUNCATED),
            Map.entry("odlraw-14", MalformedReason.TRUNCATED),
            Map.entry("odlraw-18", MalformedReason.UNKNOWN_AFI),
            Map.entry("odlraw-20", MalformedReason.UNKNOWN_AFI),
            Map.entry("odlraw-32", MalformedReason.UNKNOWN_AFI));

    /** Rows that nobody of ours would send so: a quirk, reserved bits that are set, host bits, octets too many, an unknown LCAF. */
    private static final Set<String> NOT_OURS = Set.of(
            "rfc-mreq-mac-afi16389",
            "rfc-mrep-unknown-lcaf",
            "lispers-mreq-sg",
            "lispers-mrep-rle-sg",
            "lispers-mreq-pubsub",
            "lispers-info-reply",
            "lispers-info-request",
            "odlraw-26",
            "odlraw-31",
            "tcpdump-lisp_eid_notify-f1",
            "tcpdump-lisp_eid_notify-f2",
            "tcpdump-lisp_eid_notify-f3",
            "tcpdump-lisp_eid_notify-f4",
            "tcpdump-lisp_ipv6-f1",
            "tcpdump-lisp_ipv6-f2");

    static Stream<Vector> control() {
        return Vector.all().stream().filter(Vector::isControl);
    }

    @ParameterizedTest
    @MethodSource("control")
    @Conformance({"C089", "C090", "C187"})
    void shouldDecodeOrRefuse(Vector vector) {
        ControlMessage message = Packets.decode(vector.payload());

        MalformedReason reason = REFUSED.get(vector.id());
        if (reason != null) {
            assertThat(message)
                    .isInstanceOfSatisfying(MalformedMessage.class, malformed -> assertThat(malformed.reason())
                            .isEqualTo(reason));
        } else {
            assertThat(message).isNotInstanceOf(MalformedMessage.class);
            assertThat(Fields.wrong(vector, message)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("control")
    @Conformance("C091")
    void shouldEncodeToTheSameOctetsWhatWeWouldSend(Vector vector) {
        ControlMessage message = Packets.decode(vector.payload());
        if (message instanceof MalformedMessage) {
            return;
        }
        byte[] encoded = Packets.encode(message);
        if (NOT_OURS.contains(vector.id())) {
            assertThat(Packets.decode(encoded)).isEqualTo(message);
        } else {
            byte[] sent = vector.payload();
            assertThat(hex(withoutChoices(encoded, sent, message))).isEqualTo(hex(withoutChoices(sent, sent, message)));
        }
    }

    /** Identification, flags and TTL of an ECM's inner header are each sender's own choice; lispers.net sends no inner checksum. */
    private static byte[] withoutChoices(byte[] payload, byte[] sent, ControlMessage message) {
        byte[] copy = payload.clone();
        if (message instanceof EncapsulatedControlMessage ecm) {
            int ip = ecm.innerOffset();
            int udp = ip + (ecm.source().isIpv4() ? 20 : 40);
            if (ecm.source().isIpv4()) {
                Arrays.fill(copy, ip + 4, ip + 9, (byte) 0);
                Arrays.fill(copy, ip + 10, ip + 12, (byte) 0);
            } else {
                copy[ip + 7] = 0;
            }
            if (sent[udp + 6] == 0 && sent[udp + 7] == 0) {
                Arrays.fill(copy, udp + 6, udp + 8, (byte) 0);
            }
        }
        return copy;
    }

    @Test
    @Conformance({"C154", "C155", "C157"})
    void shouldVerifyEveryTagWithTheStatedKeyAndNoOther() {
        List<Vector> tagged = control()
                .filter(vector -> vector.fields().path("auth_len").asInt(0) > 0)
                .toList();
        assertThat(tagged).hasSizeGreaterThan(15);
        for (Vector vector : tagged) {
            byte[] payload = vector.payload();
            AuthenticationKey key = key(payload, "password");
            MessageAuthentication authentication = new MessageAuthentication();
            assertThat(authentication.verify(vector.buffer(), 0, payload.length, key))
                    .as(vector.id())
                    .isTrue();
            assertThat(authentication.verify(vector.buffer(), 0, payload.length, key(payload, "Password")))
                    .as(vector.id())
                    .isFalse();
            assertThat(signed(authentication, payload, key)).as(vector.id()).isEqualTo(hex(payload));
        }
    }

    private static String signed(MessageAuthentication authentication, byte[] payload, AuthenticationKey key) {
        org.agrona.concurrent.UnsafeBuffer out = new org.agrona.concurrent.UnsafeBuffer(new byte[1500]);
        AuthenticatedMessage message = (AuthenticatedMessage) Packets.decode(payload);
        int length = authentication.encodeSigned(message, key, out, 0);
        return hex(Arrays.copyOf(out.byteArray(), length));
    }

    /** Key-id, algorithm and length as the message states them. */
    private static AuthenticationKey key(byte[] payload, String secret) {
        AuthenticationAlgorithm algorithm =
                AuthenticationAlgorithm.of(payload[13]).orElseThrow();
        boolean full = payload[15] == algorithm.fullLength();
        return new AuthenticationKey(payload[12], algorithm, secret.getBytes(StandardCharsets.US_ASCII), full);
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }
}
