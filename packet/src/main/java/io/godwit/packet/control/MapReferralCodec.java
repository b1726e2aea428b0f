package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.Octets;
import io.godwit.packet.control.MapReferral.Referral;
import io.godwit.packet.control.MapReferral.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@link MapReferral} on the wire (RFC 8111 section 6.4). */
final class MapReferralCodec {
    private static final int AUTHORITATIVE = 0x1000;
    private static final int INCOMPLETE = 0x0800;
    /** Octets of a signature section before the signature itself. */
    private static final int SIGNATURE_HEADER = 20;

    private MapReferralCodec() {}

    static ControlMessage decode(Input in) {
        int header = in.i32();
        long nonce = in.i64();
        int count = header & 0xff;
        List<Referral> records = new ArrayList<>();
        for (int i = 0; i < count && !in.failed(); i++) {
            Referral record = readReferral(in);
            if (!in.takeSkipped()) {
                records.add(record);
            }
        }
        if (count > 0 && records.isEmpty()) {
            in.fail(MalformedReason.UNKNOWN_LCAF_EID);
        }
        return in.result(new MapReferral(nonce, records));
    }

    /**
     * What the signatures of each record that {@link #decode} hands on cover: its octets as they came, every signature zero. Of a malformed
     * message, those before what is wrong.
     */
    static List<byte[]> signedForms(Input in) {
        int count = in.i32() & 0xff;
        in.skip(Long.BYTES);
        List<byte[]> forms = new ArrayList<>();
        for (int i = 0; i < count && !in.failed(); i++) {
            int start = in.position();
            Referral record = readReferral(in);
            if (!in.takeSkipped() && !in.failed()) {
                byte[] form = new byte[in.position() - start];
                in.buffer().getBytes(start, form);
                zeroSignatures(form, record.signatures());
                forms.add(form);
            }
        }
        return forms;
    }

    private static void zeroSignatures(byte[] record, List<Signature> signatures) {
        int end = record.length;
        for (Signature signature : signatures.reversed()) {
            int start = end - signature.signature().length();
            Arrays.fill(record, start, end, (byte) 0);
            end = start - SIGNATURE_HEADER;
        }
    }

    /** {@link Input#takeSkipped()} tells whether its EID must be ignored. */
    private static Referral readReferral(Input in) {
        int ttl = in.i32();
        int locatorCount = in.u8();
        int maskLength = in.u8();
        int flags = in.u16();
        int version = in.u16();
        LispAddress eid = RecordCodec.readEid(in, maskLength);
        boolean skipped = in.takeSkipped();
        List<RlocRecord> locators = RecordCodec.readLocators(in, locatorCount);
        List<Signature> signatures = readSignatures(in, version >>> 12);
        if (skipped) {
            in.skipRecord();
        }
        return new Referral(
                ttl,
                maskLength,
                ReferralAction.of(flags >>> 13),
                (flags & AUTHORITATIVE) != 0,
                (flags & INCOMPLETE) != 0,
                version & 0xfff,
                eid,
                locators,
                signatures);
    }

    private static List<Signature> readSignatures(Input in, int count) {
        List<Signature> signatures = new ArrayList<>(count);
        for (int i = 0; i < count && !in.failed(); i++) {
            int originalTtl = in.i32();
            int expiration = in.i32();
            int inception = in.i32();
            int keyTag = in.u16();
            int length = in.u16();
            int algorithm = in.u8();
            in.skip(3);
            Octets signature = Octets.copyOf(in.octets(length));
            signatures.add(new Signature(originalTtl, expiration, inception, keyTag, algorithm, signature));
        }
        return signatures;
    }

    static void encode(MapReferral message, Output out) {
        out.i32(6 << 28 | Output.count(message.records().size(), 8, "records"));
        out.i64(message.nonce());
        for (Referral record : message.records()) {
            writeReferral(out, record);
        }
    }

    private static void writeReferral(Output out, Referral record) {
        out.i32(record.ttlMinutes());
        out.u8(Output.count(record.locators().size(), 8, "locators"));
        out.u8(record.maskLength());
        int flags = record.action().code() << 13 | (record.authoritative() ? AUTHORITATIVE : 0);
        out.u16(flags | (record.incomplete() ? INCOMPLETE : 0));
        int signatures = Output.count(record.signatures().size(), 4, "signatures");
        out.u16(signatures << 12 | (record.mapVersion() & 0xfff));
        RecordCodec.writeEid(out, record.eid(), record.maskLength());
        RecordCodec.writeLocators(out, record.locators());
        for (Signature signature : record.signatures()) {
            writeSignature(out, signature);
        }
    }

    private static void writeSignature(Output out, Signature signature) {
        out.i32(signature.originalTtl());
        out.i32(signature.expiration());
        out.i32(signature.inception());
        out.u16(signature.keyTag());
        out.u16(Output.count(signature.signature().length(), 16, "octets"));
        out.u8(signature.algorithm());
        out.u8(0);
        out.u16(0);
        out.octets(signature.signature().toBytes());
    }
}
