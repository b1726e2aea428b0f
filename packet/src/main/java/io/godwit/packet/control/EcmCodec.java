package io.godwit.packet.control;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.Ipv6Address;
import io.godwit.packet.control.EncapsulatedControlMessage.Flag;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import java.util.Optional;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** {@link EncapsulatedControlMessage} on the wire (RFC 9301 section 5.8). */
final class EcmCodec {
    private static final int SECURITY = 0x08000000;
    private static final int DDT = 0x04000000;
    private static final FlagBits<Flag> FLAGS =
            new FlagBits<>(Flag.class, 0x02000000, 0x01000000, 0x00400000, 0x00200000);
    private static final int HOP_LIMIT = 255;
    /** Any value will do in a datagram that is never fragmented (RFC 6864); this one is what OpenOverlayRouter sends. */
    private static final int IDENTIFICATION = 1;

    private EcmCodec() {}

    static ControlMessage decode(Input in) {
        int header = in.i32();
        Optional<EcmAuthentication> authentication =
                (header & SECURITY) == 0 ? Optional.empty() : Optional.of(SecurityCodec.readEcm(in));
        if (in.failed()) {
            return in.malformed();
        }
        int ip = in.position();
        int innerOffset = in.offset();
        int udp = udpOffset(in.buffer(), ip, in.remaining());
        if (!isAllowed(in, ip, udp)) {
            return in.malformed();
        }
        ControlMessage inner = decodeInner(in, udp);
        if (inner instanceof MalformedMessage) {
            return inner;
        }
        DirectBuffer buffer = in.buffer();
        return new EncapsulatedControlMessage(
                (header & DDT) != 0,
                FLAGS.read(header),
                authentication,
                source(buffer, ip),
                destination(buffer, ip),
                UdpHeader.sourcePort(buffer, udp),
                UdpHeader.destinationPort(buffer, udp),
                inner,
                innerOffset);
    }

    /** The message in the inner packet; malformed when it is one that must not be there, an ECM among them, unread. */
    private static ControlMessage decodeInner(Input in, int udp) {
        in.narrow(udp + UdpHeader.LENGTH, UdpHeader.length(in.buffer(), udp) - UdpHeader.LENGTH);
        if (in.remaining() == 0) {
            return in.malformed(MalformedReason.TRUNCATED);
        }
        int start = in.position();
        int type = ControlCodec.type(in.buffer().getByte(start));
        if (type == ControlCodec.ECM) {
            return in.malformed(MalformedReason.BAD_INNER_TYPE);
        }
        ControlMessage inner = ControlCodec.decodePlain(in, type);
        if (inner instanceof MalformedMessage || mayBeEncapsulated(inner)) {
            return inner;
        }
        in.narrow(start, 0);
        return in.malformed(MalformedReason.BAD_INNER_TYPE);
    }

    /** Where the inner UDP header is, itself and its payload within the inner packet; -1 when there is none. */
    private static int udpOffset(DirectBuffer buffer, int ip, int length) {
        if (Ipv4Header.isComplete(buffer, ip, length)) {
            int udp = ip + Ipv4Header.headerLength(buffer, ip);
            boolean plain = Ipv4Header.protocol(buffer, ip) == IpProtocol.UDP && !Ipv4Header.isFragment(buffer, ip);
            return plain && udpFits(buffer, udp, ip + Ipv4Header.totalLength(buffer, ip)) ? udp : -1;
        }
        if (Ipv6Header.isComplete(buffer, ip, length)) {
            int packet = Ipv6Header.LENGTH + Ipv6Header.payloadLength(buffer, ip);
            long upper = Ipv6Header.upperLayer(buffer, ip, packet);
            int udp = Ipv6Header.upperOffset(upper);
            boolean plain = upper != Ipv6Header.TRUNCATED
                    && Ipv6Header.upperProtocol(upper) == IpProtocol.UDP
                    && !Ipv6Header.upperIsFragment(upper);
            return plain && udpFits(buffer, udp, ip + packet) ? udp : -1;
        }
        return -1;
    }

    private static boolean udpFits(DirectBuffer buffer, int udp, int end) {
        if (end - udp < UdpHeader.LENGTH) {
            return false;
        }
        int length = UdpHeader.length(buffer, udp);
        return length >= UdpHeader.LENGTH && length <= end - udp;
    }

    /** An inner checksum of 0 is let through: lispers.net sends it, and the outer checksum covers the inner packet. */
    private static boolean isAllowed(Input in, int ip, int udp) {
        DirectBuffer buffer = in.buffer();
        if (udp < 0) {
            in.fail(MalformedReason.BAD_INNER_HEADER);
        } else if (UdpHeader.sourcePort(buffer, udp) == LispHeader.PORT
                || UdpHeader.destinationPort(buffer, udp) == LispHeader.PORT) {
            in.fail(MalformedReason.BAD_INNER_PORT);
        } else if (UdpHeader.checksum(buffer, udp) != 0
                && !Checksum.transportIsValid(buffer, ip, IpProtocol.UDP, udp, UdpHeader.length(buffer, udp))) {
            in.fail(MalformedReason.BAD_INNER_CHECKSUM);
        }
        return !in.failed();
    }

    /** Map-Requests other than probes, and what NAT traversal relays. */
    private static boolean mayBeEncapsulated(ControlMessage inner) {
        return switch (inner) {
            case MapRequest request -> !request.has(MapRequest.Flag.PROBE);
            case AuthenticatedMessage _ -> true;
            case MapReply _, EncapsulatedControlMessage _, OptionalMessage _, MalformedMessage _ -> false;
        };
    }

    private static IpAddress source(DirectBuffer buffer, int ip) {
        return Ipv4Header.version(buffer, ip) == 4
                ? new Ipv4Address(Ipv4Header.source(buffer, ip))
                : new Ipv6Address(Ipv6Header.sourceHigh(buffer, ip), Ipv6Header.sourceLow(buffer, ip));
    }

    private static IpAddress destination(DirectBuffer buffer, int ip) {
        return Ipv4Header.version(buffer, ip) == 4
                ? new Ipv4Address(Ipv4Header.destination(buffer, ip))
                : new Ipv6Address(Ipv6Header.destinationHigh(buffer, ip), Ipv6Header.destinationLow(buffer, ip));
    }

    static void encode(EncapsulatedControlMessage message, Output out) {
        int flags = FLAGS.write(message.flags()) | (message.ddt() ? DDT : 0);
        out.i32(ControlCodec.ECM << 28 | flags | (message.authentication().isPresent() ? SECURITY : 0));
        if (message.authentication().isPresent()) {
            SecurityCodec.writeEcm(out, message.authentication().get());
        }
        int ip = out.position();
        out.skip(message.source().isIpv4() ? Ipv4Header.LENGTH : Ipv6Header.LENGTH);
        int udp = out.position();
        out.skip(UdpHeader.LENGTH);
        ControlCodec.encode(message.message(), out);
        int length = out.position() - udp;
        MutableDirectBuffer buffer = out.buffer();
        putIpHeader(buffer, ip, message.source(), message.destination(), length);
        UdpHeader.put(buffer, udp, message.sourcePort(), message.destinationPort(), length, 0);
        int checksum = Checksum.transport(buffer, ip, IpProtocol.UDP, udp, length);
        UdpHeader.putChecksum(buffer, udp, UdpHeader.nonZero(checksum));
    }

    private static void putIpHeader(
            MutableDirectBuffer buffer, int ip, IpAddress source, IpAddress destination, int length) {
        if (source instanceof Ipv4Address(int from) && destination instanceof Ipv4Address(int to)) {
            int total = Ipv4Header.LENGTH + length;
            Ipv4Header.put(
                    buffer,
                    ip,
                    0,
                    total,
                    IDENTIFICATION,
                    Ipv4Header.DONT_FRAGMENT,
                    HOP_LIMIT,
                    IpProtocol.UDP,
                    from,
                    to);
        } else if (source instanceof Ipv6Address from && destination instanceof Ipv6Address to) {
            Ipv6Header.put(
                    buffer, ip, 0, 0, length, IpProtocol.UDP, HOP_LIMIT, from.high(), from.low(), to.high(), to.low());
        } else {
            throw new IllegalArgumentException(
                    "an inner packet from " + source + " to " + destination + " mixes address families");
        }
    }
}
