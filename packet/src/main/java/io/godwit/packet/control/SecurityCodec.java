package io.godwit.packet.control;

import io.godwit.packet.address.Octets;
import io.godwit.packet.control.EcmAuthentication.LispSec;
import io.godwit.packet.control.EcmAuthentication.MapServerToRtr;
import io.godwit.packet.control.EidAuthentication.MaskedEid;
import java.util.ArrayList;
import java.util.List;

/** Authentication data of ECMs and Map-Replies on the wire (RFC 9303 sections 6.1 and 6.2). */
final class SecurityCodec {
    private static final int LISP_SEC = 1;
    private static final int MAP_SERVER_TO_RTR = 2;
    private static final int KEY_LENGTH = 16;
    /** Preamble and key; RFC 9303 does not say whether OTK Length counts the preamble, so both readings are taken. */
    private static final int OTK_LENGTH = 24;

    private static final int REQUEST_LENGTH = 4;
    private static final int FIXED_LENGTH = 8;
    private static final int ETR_CANT_SIGN = 0x80;

    private SecurityCodec() {}

    static EcmAuthentication readEcm(Input in) {
        int type = in.u8();
        in.skip(1);
        int hmacId = in.u16();
        if (type == MAP_SERVER_TO_RTR) {
            int keyId = in.u16();
            return new MapServerToRtr(keyId, Octets.copyOf(in.octets(in.u16())));
        }
        if (type != LISP_SEC) {
            in.fail(MalformedReason.BAD_SECURITY_DATA);
        }
        int length = in.u16();
        if (length != OTK_LENGTH && length != KEY_LENGTH) {
            in.fail(MalformedReason.BAD_SECURITY_DATA);
        }
        int keyId = in.u8();
        int wrappingId = in.u8();
        return new LispSec(hmacId, keyId, wrappingId, in.i64(), Octets.copyOf(in.octets(KEY_LENGTH)), readEid(in));
    }

    static MapReplyAuthentication readReply(Input in) {
        int type = in.u8();
        in.skip(3);
        if (type != LISP_SEC) {
            in.fail(MalformedReason.BAD_SECURITY_DATA);
        }
        EidAuthentication eid = readEid(in);
        int length = in.u16();
        if (length < REQUEST_LENGTH || length - 2 > in.remaining()) {
            in.fail(MalformedReason.BAD_SECURITY_DATA);
        }
        return new MapReplyAuthentication(eid, in.u16(), Octets.copyOf(in.octets(Math.max(0, length - 4))));
    }

    /** Of the Map-Reply's authentication data that {@code in} stands before. */
    static SecurityOffsets offsets(Input in) {
        in.skip(4);
        int eidData = in.position();
        int hmacLength = readEid(in).hmac().length();
        int eidHmac = in.position() - hmacLength;
        in.skip(4);
        return new SecurityOffsets(eidData, eidHmac, in.position());
    }

    /** The length counts itself: an ITR sends 4. */
    private static EidAuthentication readEid(Input in) {
        int start = in.position();
        int length = in.u16();
        int kdfId = in.u16();
        if (length == REQUEST_LENGTH) {
            return EidAuthentication.request(kdfId);
        }
        if (length < FIXED_LENGTH || length - REQUEST_LENGTH > in.remaining()) {
            in.fail(MalformedReason.BAD_SECURITY_DATA);
        }
        int count = in.u8();
        int flags = in.u8();
        int hmacId = in.u16();
        List<MaskedEid> records = new ArrayList<>();
        for (int i = 0; i < count && !in.failed(); i++) {
            in.skip(1);
            int maskLength = in.u8();
            records.add(new MaskedEid(maskLength, RecordCodec.readEid(in, maskLength)));
            if (in.takeSkipped()) {
                in.fail(MalformedReason.UNKNOWN_LCAF_EID);
            }
        }
        int rest = start + length - in.position();
        if (rest < 0) {
            in.fail(MalformedReason.BAD_SECURITY_DATA);
        }
        Octets hmac = Octets.copyOf(in.octets(Math.max(0, rest)));
        return new EidAuthentication(kdfId, (flags & ETR_CANT_SIGN) != 0, hmacId, records, hmac);
    }

    static void writeEcm(Output out, EcmAuthentication authentication) {
        switch (authentication) {
            case LispSec sec -> {
                if (sec.key().length() != KEY_LENGTH) {
                    throw new IllegalArgumentException(
                            "a one-time key has 16 octets, not " + sec.key().length());
                }
                out.u16(LISP_SEC << 8);
                out.u16(sec.requestedHmacId());
                out.u16(OTK_LENGTH);
                out.u8(sec.keyId());
                out.u8(sec.wrappingId());
                out.i64(sec.preamble());
                out.octets(sec.key().toBytes());
                writeEid(out, sec.eid());
            }
            case MapServerToRtr rtr -> {
                out.i32(MAP_SERVER_TO_RTR << 24);
                out.u16(rtr.keyId());
                out.u16(Output.count(rtr.mac().length(), 16, "octets"));
                out.octets(rtr.mac().toBytes());
            }
        }
    }

    static void writeReply(Output out, MapReplyAuthentication authentication) {
        out.i32(LISP_SEC << 24);
        writeEid(out, authentication.eid());
        out.u16(Output.count(REQUEST_LENGTH + authentication.packetHmac().length(), 16, "octets"));
        out.u16(authentication.packetHmacId());
        out.octets(authentication.packetHmac().toBytes());
    }

    static void writeEid(Output out, EidAuthentication eid) {
        int start = out.position();
        out.u16(REQUEST_LENGTH);
        out.u16(eid.kdfId());
        if (eid.isRequest()) {
            return;
        }
        out.u8(Output.count(eid.records().size(), 8, "records"));
        out.u8(eid.etrCantSign() ? ETR_CANT_SIGN : 0);
        out.u16(eid.hmacId());
        for (MaskedEid record : eid.records()) {
            out.u8(0);
            out.u8(record.maskLength());
            RecordCodec.writeEid(out, record.eid(), record.maskLength());
        }
        out.octets(eid.hmac().toBytes());
        out.u16At(start, Output.count(out.position() - start, 16, "octets"));
    }
}
