package io.godwit.packet.control;

import io.godwit.packet.address.Octets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Between UDP payloads of port 4342 and {@link ControlMessage}s. Stateless. */
public final class ControlCodec {
    /** UDP port of control messages (RFC 9301 section 5). */
    public static final int PORT = 4342;

    static final int ECM = 8;

    private static final int PROBE = 0x08000000;
    private static final int ECHO_NONCE = 0x04000000;
    private static final int SECURITY = 0x02000000;

    private ControlCodec() {}

    /**
     * Decodes a UDP payload. Never throws on any content and never reads outside {@code [offset, offset + length)}; what cannot be a
     * message comes back as {@link MalformedMessage}.
     */
    public static ControlMessage decode(DirectBuffer buffer, int offset, int length) {
        return decode(buffer, offset, length, Set.of());
    }

    /**
     * As {@link #decode(DirectBuffer, int, int)}.
     *
     * @param knownVendors OUIs whose vendor LCAFs (RFC 9306) are handed on; a message with any other is malformed
     */
    public static ControlMessage decode(DirectBuffer buffer, int offset, int length, Set<Integer> knownVendors) {
        if (length < 1) {
            return new MalformedMessage(MalformedReason.TRUNCATED, 0);
        }
        Input in = new Input(buffer, offset, length, knownVendors);
        int type = type(buffer.getByte(offset));
        return type == ECM ? EcmCodec.decode(in) : decodePlain(in, type);
    }

    /** The message type in the first octet of a message. */
    static int type(byte firstOctet) {
        return (firstOctet & 0xf0) >>> 4;
    }

    /** Any message but an ECM. The inner one of an ECM comes here too, so that no call is recursive and all of it can be inlined. */
    static ControlMessage decodePlain(Input in, int type) {
        return switch (type) {
            case 1 -> MapRequestCodec.decode(in);
            case 2 -> decodeMapReply(in);
            case 3 -> AuthenticatedCodec.decodeRegister(in);
            case 4 -> AuthenticatedCodec.decodeNotify(in, false);
            case 5 -> AuthenticatedCodec.decodeNotify(in, true);
            case 6 -> MapReferralCodec.decode(in);
            case 7 -> InfoCodec.decode(in);
            case 15 -> in.result(new SharedExtension(in.u16() & 0xfff, Octets.copyOf(in.octets(in.remaining()))));
            default -> in.malformed(MalformedReason.UNKNOWN_TYPE);
        };
    }

    /**
     * Encodes a message, with the authentication data it holds as it is. Throws {@link IllegalArgumentException} on a message that the
     * wire format cannot hold, {@link IndexOutOfBoundsException} on a buffer too small for it.
     *
     * @return octets written
     */
    public static int encode(ControlMessage message, MutableDirectBuffer buffer, int offset) {
        Output out = new Output(buffer, offset);
        encode(message, out);
        return out.position() - offset;
    }

    /** Encodes an EID-AD alone: what its HMAC covers (RFC 9303 section 6.7.1). Returns the octets written. */
    public static int encode(EidAuthentication authorization, MutableDirectBuffer buffer, int offset) {
        Output out = new Output(buffer, offset);
        SecurityCodec.writeEid(out, authorization);
        return out.position() - offset;
    }

    /** Where a Map-Reply that was decoded and has S = 1 holds its HMACs. */
    public static SecurityOffsets securityOffsets(DirectBuffer buffer, int offset, int length) {
        Input in = new Input(buffer, offset, length, Set.of());
        int header = in.i32();
        in.skip(Long.BYTES);
        RecordCodec.readEidRecords(in, header & 0xff);
        return SecurityCodec.offsets(in);
    }

    /**
     * What signatures cover of each record of a Map-Referral that was decoded (RFC 8111 section 6.4.1): its octets, with every signature
     * zero. Its first four octets are the TTL, which a verifier replaces by a signature's original TTL.
     */
    public static List<byte[]> signedForms(DirectBuffer buffer, int offset, int length) {
        return MapReferralCodec.signedForms(new Input(buffer, offset, length, Set.of()));
    }

    static void encode(ControlMessage message, Output out) {
        switch (message) {
            case MapRequest request -> MapRequestCodec.encode(request, out);
            case MapReply reply -> encodeMapReply(reply, out);
            case AuthenticatedMessage authenticated -> AuthenticatedCodec.encode(authenticated, out);
            case EncapsulatedControlMessage ecm -> EcmCodec.encode(ecm, out);
            case MapReferral referral -> MapReferralCodec.encode(referral, out);
            case InfoRequest request -> InfoCodec.encode(request, out);
            case InfoReply reply -> InfoCodec.encode(reply, out);
            case SharedExtension extension -> {
                out.u16(15 << 12 | (extension.subType() & 0xfff));
                out.octets(extension.content().toBytes());
            }
            case MalformedMessage malformed ->
                throw new IllegalArgumentException("a malformed message cannot be encoded: " + malformed);
        }
    }

    private static ControlMessage decodeMapReply(Input in) {
        int header = in.i32();
        long nonce = in.i64();
        List<EidRecord> records = RecordCodec.readEidRecords(in, header & 0xff);
        Optional<MapReplyAuthentication> authentication =
                (header & SECURITY) == 0 ? Optional.empty() : Optional.of(SecurityCodec.readReply(in));
        boolean probe = (header & PROBE) != 0;
        return in.result(new MapReply(probe, (header & ECHO_NONCE) != 0, nonce, records, authentication));
    }

    private static void encodeMapReply(MapReply reply, Output out) {
        int flags = (reply.probe() ? PROBE : 0) | (reply.echoNonce() ? ECHO_NONCE : 0);
        flags |= reply.authentication().isPresent() ? SECURITY : 0;
        out.i32(2 << 28 | flags | Output.count(reply.records().size(), 8, "records"));
        out.i64(reply.nonce());
        RecordCodec.writeEidRecords(out, reply.records());
        if (reply.authentication().isPresent()) {
            SecurityCodec.writeReply(out, reply.authentication().get());
        }
    }
}
