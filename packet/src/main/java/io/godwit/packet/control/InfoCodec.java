package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.auth.AuthenticationData;

/** {@link InfoRequest} and {@link InfoReply} on the wire (draft-ermagan-lisp-nat-traversal sections 4.2 and 4.3). */
final class InfoCodec {
    private static final int REPLY = 0x08000000;

    private InfoCodec() {}

    static ControlMessage decode(Input in) {
        int header = in.i32();
        long nonce = in.i64();
        AuthenticationData authentication = AuthenticatedCodec.readAuthentication(in);
        int ttl = in.i32();
        in.skip(1);
        int maskLength = in.u8();
        LispAddress eid = RecordCodec.readEid(in, maskLength);
        if (in.takeSkipped()) {
            in.fail(MalformedReason.UNKNOWN_LCAF_EID);
        }
        if ((header & REPLY) == 0) {
            // What should be an AFI 0 follows; lispers.net leaves it out.
            return in.result(new InfoRequest(nonce, authentication, ttl, maskLength, eid));
        }
        NatTraversal nat = AddressReader.readNatTraversal(in);
        return in.result(new InfoReply(nonce, authentication, ttl, maskLength, eid, nat));
    }

    static void encode(InfoRequest message, Output out) {
        out.i32(7 << 28);
        body(out, message.nonce(), message.authentication(), message.ttlMinutes());
        out.u16(message.maskLength());
        RecordCodec.writeEid(out, message.eid(), message.maskLength());
        out.u16(Afi.NONE);
    }

    static void encode(InfoReply message, Output out) {
        out.i32(7 << 28 | REPLY);
        body(out, message.nonce(), message.authentication(), message.ttlMinutes());
        out.u16(message.maskLength());
        RecordCodec.writeEid(out, message.eid(), message.maskLength());
        AddressWriter.write(out, message.nat());
    }

    private static void body(Output out, long nonce, AuthenticationData authentication, int ttl) {
        out.i64(nonce);
        AuthenticatedCodec.writeAuthentication(out, authentication);
        out.i32(ttl);
    }
}
