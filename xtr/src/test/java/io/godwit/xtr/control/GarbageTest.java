package io.godwit.xtr.control;

import static io.godwit.xtr.control.fake.TestSite.eidRecord;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationData;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.auth.MessageAuthentication;
import io.godwit.packet.control.AuthenticatedMessage;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapNotify;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.testing.Conformance;
import io.godwit.testing.Mutations;
import io.godwit.xtr.control.fake.TestSite;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody should send to an xTR. */
class GarbageTest extends ControlPlaneTest {
    private static final int PACKETS = 100_000;
    private static final String EID = "10.2.0.77";
    private static final AuthenticationKey WRONG =
            new AuthenticationKey(1, TestSite.KEY.algorithm(), "guess".getBytes(StandardCharsets.US_ASCII), false);

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1_500]);

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    @Conformance("C092")
    void shouldSurviveFuzzedPackets() {
        learn(EID, eidRecord(EID, 15, OTHER_RLOC));
        Mutations garbage = new Mutations(92, genuine());
        ControlTransport stranger = network.open(4342, IpAddress.parse("203.0.113.9"));
        int[] answers = new int[1];
        stranger.handler((octets, offset, length, local, remote) -> answers[0]++);
        long sent = 0;
        for (int i = 0; i < PACKETS; i++) {
            byte[] datagram = garbage.next();
            stranger.send(
                    new UnsafeBuffer(datagram), 0, datagram.length, new Endpoint(IpAddress.parse(TestSite.RLOC), 4342));
            if (i % 1_000 == 0) {
                seconds(1);
                sent += network.sent().size();
                network.forget();
                resolver.forget();
                otherXtr.forget();
            }
        }
        seconds(60);
        assertThat(answers[0]).isLessThan(PACKETS / 10);
        assertThat(sent - PACKETS).as("what it sent to anybody").isLessThan(PACKETS / 5);
        assertThat(site.mapCache()).hasSizeLessThan(10);
        assertThat(site.state(TestSite.VM)).isEqualTo("absent");
        resolver.forget();
        site.misses("10.2.0.78");
        assertThat(resolver.encapsulatedRequests()).hasSize(1);
    }

    /** One of each kind that an xTR may get. */
    private List<byte[]> genuine() {
        EidRecord record = eidRecord(EID, 15, "203.0.113.9");
        EidRecord own = eidRecord("10.3.0.0/24", 15, "203.0.113.9");
        return List.of(
                encoded(new MapReply(false, false, 9, List.of(record))),
                encoded(request(EID, Flag.SMR)),
                encoded(request("10.3.0.9", Flag.PROBE)),
                encoded(request("10.3.0.9")),
                encoded(new EncapsulatedControlMessage(
                        false,
                        IpAddress.parse("10.9.9.9"),
                        IpAddress.parse("10.3.0.9"),
                        4342,
                        4342,
                        request("10.3.0.9"),
                        0)),
                encoded(new MapNotify(9, AuthenticationData.UNSIGNED, List.of(own), Optional.empty())));
    }

    private byte[] encoded(ControlMessage message) {
        int length = message instanceof AuthenticatedMessage authenticated
                ? new MessageAuthentication().encodeSigned(authenticated, WRONG, buffer, 0)
                : ControlCodec.encode(message, buffer, 0);
        return Arrays.copyOf(buffer.byteArray(), length);
    }
}
