package io.godwit.mapserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.ControlMessage;
import io.godwit.packet.control.EncapsulatedControlMessage;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way of Map-Requests for registered hosts answers exactly as the codec's way does. */
class HostRequestTest {
    private final World world = new World();
    private final TestXtr a = world.xtr(1);
    private final TestXtr itr = world.xtr(3);

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.5", "[7]10.0.0.5", "2001:db8:1::5"})
    void shouldAnswerAsTheCodecDoes(String eid) {
        a.send(a.record(eid, a.rloc, a.rlocV6));
        EidPrefix host = EidPrefix.parse(eid);
        MapRequest one = World.request(77, eid, itr.rloc);
        // With an ITR-RLOC that only the codec's way looks at, or another flag that changes nothing.
        MapRequest unusual = World.request(77, eid, itr.rloc, MapRequest.Flag.AUTHORITATIVE);
        for (MapRequest request : List.of(one, unusual)) {
            itr.send(ecm(request, host), World.SERVER);
            itr.send(request, World.SERVER);
        }
        assertThat(itr.raw).hasSize(4).allMatch(octets -> java.util.Arrays.equals(octets, itr.raw.getFirst()));
        assertThat(itr.lastReply().records()).singleElement().satisfies(record -> {
            assertThat(record.eid()).isEqualTo(host.toAddress());
            assertThat(TestXtr.locators(record)).containsExactly("192.0.2.1", "2001:db8::1");
        });
        assertThat(world.count(Counter.MAP_REQUESTS)).isEqualTo(4);
        assertThat(world.count(Counter.MAP_REPLIES_SENT)).isEqualTo(4);
    }

    @Test
    void shouldAnswerToTheFirstReachableItrRloc() {
        a.register("10.0.0.5");
        MapRequest request = new MapRequest(
                Set.of(),
                5,
                IpAddress.parse("10.1.1.1"),
                List.of(itr.rlocV6, itr.rloc),
                World.request(5, "10.0.0.5", itr.rloc).records(),
                Optional.empty(),
                Optional.empty());
        itr.send(World.ecm(request, 4342), World.SERVER);
        assertThat(world.network.sent().getLast().to()).isEqualTo(new Endpoint(itr.rlocV6, 4342));
    }

    @Test
    void shouldLimitRepetitionsOnBothWaysTogether() {
        a.register("10.0.0.5");
        for (int i = 0; i < 4; i++) {
            itr.send(World.request(i, "10.0.0.5", itr.rloc), World.SERVER);
            itr.send(World.request(i, "10.0.0.5", itr.rloc, MapRequest.Flag.AUTHORITATIVE), World.SERVER);
        }
        assertThat(itr.replies()).hasSize(5);
        assertThat(world.count(Counter.MAP_REPLIES_DROPPED_RATE_LIMITED)).isEqualTo(3);
    }

    @Test
    void shouldLeaveTruncatedRequestsToTheCodec() {
        a.register("10.0.0.5");
        byte[] whole = octets(World.ecm(World.request(5, "[7]10.0.0.5", itr.rloc), 4342));
        for (int length = 0; length < whole.length; length++) {
            itr.sendRaw(java.util.Arrays.copyOf(whole, length));
        }
        assertThat(world.count(Counter.MALFORMED)).isEqualTo(whole.length);
        assertThat(itr.inbox).noneMatch(MapReply.class::isInstance);
    }

    private static EncapsulatedControlMessage ecm(MapRequest request, EidPrefix host) {
        IpAddress to = (IpAddress) host.address();
        return new EncapsulatedControlMessage(
                false,
                to.isIpv4() ? IpAddress.parse("10.1.1.1") : IpAddress.parse("2001:db8::9"),
                to,
                4342,
                4342,
                request,
                0);
    }

    private static byte[] octets(ControlMessage message) {
        org.agrona.concurrent.UnsafeBuffer buffer = new org.agrona.concurrent.UnsafeBuffer(new byte[500]);
        byte[] octets = new byte[ControlCodec.encode(message, buffer, 0)];
        buffer.getBytes(0, octets);
        return octets;
    }
}
