package io.godwit.bench.codec;

import io.godwit.packet.address.AddressText;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapRegister;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Decoding and encoding of the common control messages, on one thread; the cost of their authentication apart from it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class CodecBench {
    private static final long NONCE = 0x0102030405060708L;
    private static final AuthenticationData MAC = new AuthenticationData(0, 2, new byte[32]);

    private final MapRequest request = new MapRequest(
            Set.of(),
            NONCE,
            address("10.1.0.9"),
            List.of(address("192.0.2.1"), address("2001:db8::1")),
            List.of(new MapRequest.RequestedEid(false, 32, address("10.20.0.5"))),
            Optional.empty(),
            Optional.empty());
    private final ControlMessage ecm = new EncapsulatedControlMessage(
            false, IpAddress.parse("10.1.0.9"), IpAddress.parse("10.20.0.5"), 4342, 4342, request, 0);
    private final ControlMessage reply = new MapReply(false, false, NONCE, List.of(record(5)));
    private final MapRegister register1 = register(1);
    private final MapRegister register20 = register(20);

    private final Encoded encodedRequest = new Encoded(request);
    private final Encoded encodedEcm = new Encoded(ecm);
    private final Encoded encodedReply = new Encoded(reply);
    private final Encoded encodedRegister1 = new Encoded(register1);
    private final Encoded encodedRegister20 = new Encoded(register20);
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[4096]);

    private final MessageAuthentication authentication = new MessageAuthentication();
    private final Signed sha1 = new Signed(AuthenticationAlgorithm.HMAC_SHA_1_96);
    private final Signed sha256 = new Signed(AuthenticationAlgorithm.HMAC_SHA_256_128);
    private final Signed hkdf = new Signed(AuthenticationAlgorithm.HMAC_SHA_256_128_HKDF);

    @Benchmark
    public ControlMessage mapRequestDecodes() {
        return encodedRequest.decode();
    }

    @Benchmark
    public ControlMessage ecmMapRequestDecodes() {
        return encodedEcm.decode();
    }

    @Benchmark
    public ControlMessage mapReplyDecodes() {
        return encodedReply.decode();
    }

    @Benchmark
    public ControlMessage mapRegisterDecodes() {
        return encodedRegister1.decode();
    }

    @Benchmark
    public ControlMessage mapRegister20Decodes() {
        return encodedRegister20.decode();
    }

    @Benchmark
    public int mapRequestEncodes() {
        return ControlCodec.encode(request, out, 0);
    }

    @Benchmark
    public int ecmMapRequestEncodes() {
        return ControlCodec.encode(ecm, out, 0);
    }

    @Benchmark
    public int mapReplyEncodes() {
        return ControlCodec.encode(reply, out, 0);
    }

    @Benchmark
    public int mapRegisterEncodes() {
        return ControlCodec.encode(register1, out, 0);
    }

    @Benchmark
    public int mapRegister20Encodes() {
        return ControlCodec.encode(register20, out, 0);
    }

    @Benchmark
    public boolean hmacSha1Verifications() {
        return sha1.verify();
    }

    @Benchmark
    public boolean hmacSha256Verifications() {
        return sha256.verify();
    }

    @Benchmark
    public boolean hmacSha256HkdfVerifications() {
        return hkdf.verify();
    }

    private static MapRegister register(int records) {
        List<EidRecord> list =
                IntStream.range(0, records).mapToObj(CodecBench::record).toList();
        return new MapRegister(Set.of(MapRegister.Flag.WANT_MAP_NOTIFY), NONCE, MAC, list, Optional.empty());
    }

    private static EidRecord record(int host) {
        RlocRecord locator = RlocRecord.unicast(address("192.0.2.1"), 1, 100, true);
        return new EidRecord(1440, 32, Action.NO_ACTION, true, 0, address("10.20.0." + host), List.of(locator));
    }

    private static LispAddress address(String text) {
        return AddressText.parse(text);
    }

    /** A message as it came from the wire. */
    private static final class Encoded {
        private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
        private final int length;

        Encoded(ControlMessage message) {
            length = ControlCodec.encode(message, buffer, 0);
        }

        ControlMessage decode() {
            return ControlCodec.decode(buffer, 0, length);
        }
    }

    /** A Map-Register of one record with its MAC. */
    private final class Signed {
        private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
        private final AuthenticationKey key;
        private final int length;

        Signed(AuthenticationAlgorithm algorithm) {
            key = new AuthenticationKey(0, algorithm, new byte[] {1, 2, 3, 4}, true);
            length = authentication.encodeSigned(register1, key, buffer, 0);
        }

        boolean verify() {
            return authentication.verify(buffer, 0, length, key);
        }
    }
}
