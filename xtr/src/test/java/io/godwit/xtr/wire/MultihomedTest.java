package io.godwit.xtr.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.MapRequest;
import io.godwit.packet.control.RlocRecord;
import io.godwit.testing.Conformance;
import io.godwit.testing.NamespaceTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An xTR with two uplinks, and who answers a probe (RFC 9301 section 7.1). */
@NamespaceTest
@Timeout(180)
class MultihomedTest {
    @TempDir
    private Path directory;

    private static WorldSocket.Received probe(WorldSocket itr, String rloc, long nonce) throws IOException {
        MapRequest request = new MapRequest(
                Set.of(MapRequest.Flag.PROBE),
                nonce,
                NoAddress.INSTANCE,
                List.of(IpAddress.parse(KernelXtr.ITR)),
                List.of(new MapRequest.RequestedEid(false, 24, IpAddress.parse("10.3.0.0"))),
                Optional.empty(),
                Optional.empty());
        for (int tries = 0; tries < 60; tries++) {
            itr.send(request, rloc);
            WorldSocket.Received received = itr.next(1_000);
            if (received != null && received.message() instanceof MapReply reply && reply.nonce() == nonce) {
                return received;
            }
        }
        throw new AssertionError("no answer from " + rloc);
    }

    private static List<IpAddress> probed(WorldSocket.Received received) {
        MapReply reply = (MapReply) received.message();
        return reply.records().getFirst().locators().stream()
                .filter(RlocRecord::probed)
                .map(rloc -> (IpAddress) rloc.locator())
                .toList();
    }

    @Test
    @Conformance("C142")
    void shouldAnswerAProbeFromTheAddressOfTheInterfaceTowardsTheItr() throws Exception {
        IpAddress first = IpAddress.parse(KernelXtr.RLOC);
        IpAddress second = IpAddress.parse(KernelXtr.SECOND_RLOC);
        try (KernelXtr xtr = new KernelXtr(directory);
                WorldSocket itr = new WorldSocket(xtr, KernelXtr.ITR)) {
            WorldSocket.Received bySecond = probe(itr, KernelXtr.RLOC, 1);
            assertThat(bySecond.from()).isEqualTo(second);
            assertThat(probed(bySecond)).containsExactly(first);
            assertThat(probe(itr, KernelXtr.SECOND_RLOC, 2).from()).isEqualTo(second);

            xtr.ip("route replace 203.0.113.0/24 via 192.0.2.2");

            WorldSocket.Received byFirst = probe(itr, KernelXtr.SECOND_RLOC, 3);
            assertThat(byFirst.from()).isEqualTo(first);
            assertThat(probed(byFirst)).containsExactly(second);
        }
    }
}
