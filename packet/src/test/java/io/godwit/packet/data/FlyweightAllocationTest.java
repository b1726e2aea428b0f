package io.godwit.packet.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.AllocationProbe;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Flyweights allocate nothing, from the first packet on: interpreted, before the compiler could remove an object. */
class FlyweightAllocationTest {
    private static final int INNER = LispHeader.LENGTH;

    private final UnsafeBuffer[] packets =
            GoldenData.packets().values().stream().map(UnsafeBuffer::new).toArray(UnsafeBuffer[]::new);
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[256]);
    /** Keeps what is read from being optimised away. */
    private long sum;

    /** What a class allocates while it is loaded is not the packet's. */
    @BeforeAll
    static void load() throws IllegalAccessException {
        for (Class<?> type : List.of(
                LispHeader.class,
                LispGpe.class,
                Ipv4Header.class,
                Ipv6Header.class,
                UdpHeader.class,
                TcpHeader.class,
                IcmpHeader.class,
                Icmpv6.class,
                Checksum.class,
                FlowHash.class,
                MapVersion.class,
                Ecn.class)) {
            MethodHandles.privateLookupIn(type, MethodHandles.lookup()).ensureInitialized(type);
        }
    }

    @Test
    void shouldAllocateNothingFromTheFirstPacketOn() {
        // The probe's own first use loads classes.
        assertThat(AllocationProbe.bytes(() -> {})).isNotNegative();
        Runnable readAll = this::readAll;
        Runnable writeAll = this::writeAll;

        assertThat(AllocationProbe.bytes(readAll)).isZero();
        assertThat(AllocationProbe.bytes(writeAll)).isZero();
        assertThat(sum).isNotZero();
    }

    private void readAll() {
        for (int i = 0; i < packets.length; i++) {
            UnsafeBuffer packet = packets[i];
            int word0 = LispHeader.word0(packet, 0);
            int word1 = LispHeader.word1(packet, 0);
            sum += LispHeader.nonce(word0) + LispHeader.keyId(word0) + LispHeader.instanceId(word0, word1);
            sum += LispHeader.locatorStatusBits(word0, word1) + LispHeader.sourceMapVersion(word0);
            long payload = LispGpe.skipShims(
                    packet, INNER, packet.capacity(), LispHeader.nextProtocol(word0), -1, Long.MAX_VALUE);
            int offset = payload < 0 ? INNER : (int) payload;
            int length = packet.capacity() - offset;
            sum += FlowHash.sourcePort(FlowHash.of(packet, offset, length));
            if (Ipv4Header.isComplete(packet, offset, length)) {
                readIpv4(packet, offset);
            } else if (Ipv6Header.isComplete(packet, offset, length)) {
                readIpv6(packet, offset, length);
            }
        }
    }

    private void readIpv4(UnsafeBuffer packet, int ip) {
        int header = Ipv4Header.headerLength(packet, ip);
        int protocol = Ipv4Header.protocol(packet, ip);
        int length = Ipv4Header.totalLength(packet, ip) - header;
        sum += Ipv4Header.source(packet, ip) + Ipv4Header.destination(packet, ip) + Ipv4Header.ttl(packet, ip);
        sum += Ipv4Header.checksumIsValid(packet, ip) ? 1 : 0;
        sum += Ipv4Header.isFragment(packet, ip) ? 1 : 0;
        sum += Ecn.decapsulate(Ipv4Header.trafficClass(packet, ip), Ecn.CE);
        sum += Checksum.transportIsValid(packet, ip, protocol, ip + header, length) ? 1 : 0;
        if (protocol == IpProtocol.TCP) {
            sum += TcpHeader.flags(packet, ip + header) + TcpHeader.window(packet, ip + header);
        } else if (protocol == IpProtocol.UDP) {
            sum += UdpHeader.sourcePort(packet, ip + header) + UdpHeader.length(packet, ip + header);
        } else {
            sum += IcmpHeader.type(packet, ip + header) + IcmpHeader.nextHopMtu(packet, ip + header);
        }
    }

    private void readIpv6(UnsafeBuffer packet, int ip, int length) {
        long upper = Ipv6Header.upperLayer(packet, ip, length);
        int offset = Ipv6Header.upperOffset(upper);
        int rest = ip + length - offset;
        sum += Ipv6Header.sourceHigh(packet, ip) + Ipv6Header.destinationLow(packet, ip);
        sum += Ipv6Header.flowLabel(packet, ip) + Ipv6Header.hopLimit(packet, ip) + Ipv6Header.trafficClass(packet, ip);
        sum += Checksum.transportIsValid(packet, ip, Ipv6Header.upperProtocol(upper), offset, rest) ? 1 : 0;
        if (Ipv6Header.upperProtocol(upper) == IpProtocol.ICMPV6 && rest >= Icmpv6.NEIGHBOR_LENGTH) {
            sum += Icmpv6.targetLow(packet, offset);
            sum += Icmpv6.linkLayerAddress(packet, offset, rest, Icmpv6.OPTION_SOURCE_LINK_LAYER);
        }
    }

    private void writeAll() {
        LispHeader.put(out, 0, 7);
        LispHeader.put(out, 0, LispHeader.withMapVersions(1, MapVersion.next(0xfff)), 0);
        Ipv4Header.put(out, 8, 0, 48, 1, Ipv4Header.DONT_FRAGMENT, 64, IpProtocol.UDP, 0x0a010001, 0x0a020001);
        Ipv4Header.changeTtl(out, 8, 63);
        Ipv4Header.changeTrafficClass(out, 8, Ecn.CE);
        Ipv4Header.changeTotalLength(out, 8, 56);
        UdpHeader.put(out, 28, 49152, 4341, 36, 0);
        UdpHeader.putChecksum(out, 28, UdpHeader.nonZero(Checksum.transport(out, 8, IpProtocol.UDP, 28, 36)));
        Ipv6Header.put(out, 80, 0, 0, 24, IpProtocol.ICMPV6, 64, 1, 2, 3, 4);
        Ipv6Header.putHopLimit(out, 80, 63);
        IcmpHeader.put(out, 120, Icmpv6.NEIGHBOR_SOLICITATION, 0, 0);
        Icmpv6.putTarget(out, 120, 1, 2);
        Icmpv6.putLinkLayerAddress(out, 144, Icmpv6.OPTION_SOURCE_LINK_LAYER, 0x525400aa0010L);
        IcmpHeader.putChecksum(out, 120, Checksum.transport(out, 80, IpProtocol.ICMPV6, 120, 32));
        TcpHeader.putSequence(out, 200, 7);
        TcpHeader.putFlags(out, 200, TcpHeader.SYN);
        sum += out.getLong(0) + MapVersion.compare(1, 2);
    }
}
