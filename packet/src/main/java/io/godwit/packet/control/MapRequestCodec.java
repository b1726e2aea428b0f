package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.MapRequest.Flag;
import io.godwit.packet.control.MapRequest.RequestedEid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@link MapRequest} on the wire (RFC 9301 section 5.2, RFC 9437 section 4). */
final class MapRequestCodec {
    private static final int MAP_REPLY_RECORD = 0x04000000;
    private static final int IDENTITY = 0x00100000;
    private static final int MAX_ITR_RLOCS = 32;
    private static final FlagBits<Flag> FLAGS =
            new FlagBits<>(Flag.class, 0x08000000, 0x02000000, 0x01000000, 0x00800000, 0x00400000, 0x4000, 0x2000);

    private MapRequestCodec() {}

    static ControlMessage decode(Input in) {
        int header = in.i32();
        long nonce = in.i64();
        LispAddress source = AddressReader.read(in);
        if (in.takeSkipped()) {
            source = NoAddress.INSTANCE;
        }
        List<LispAddress> itrRlocs = readItrRlocs(in, (header >>> 8 & 0x1f) + 1);
        List<RequestedEid> records = readRecords(in, header & 0xff);
        if (!in.failed() && !hasUsable(itrRlocs) && !isUnsubscription(itrRlocs, records)) {
            in.fail(MalformedReason.NO_ITR_RLOC);
        }
        Optional<EidRecord> mapReplyRecord = readMapReplyRecord(in, header);
        Optional<XtrIdentity> identity = RecordCodec.readIdentity(in, (header & IDENTITY) != 0);
        return in.result(
                new MapRequest(FLAGS.read(header), nonce, source, itrRlocs, records, mapReplyRecord, identity));
    }

    /** {@code count} has five bits in the header. */
    private static List<LispAddress> readItrRlocs(Input in, int count) {
        LispAddress[] itrRlocs = new LispAddress[count];
        int usable = 0;
        for (int i = 0; i < count && !in.failed(); i++) {
            itrRlocs[usable] = AddressReader.read(in);
            usable += in.takeSkipped() ? 0 : 1;
        }
        return List.of(usable == count ? itrRlocs : Arrays.copyOf(itrRlocs, usable));
    }

    private static List<RequestedEid> readRecords(Input in, int count) {
        if (count == 0) {
            in.fail(MalformedReason.NO_RECORD);
            return List.of();
        }
        List<RequestedEid> records = count == 1 ? List.of() : new ArrayList<>(4);
        for (int i = 0; i < count && !in.failed(); i++) {
            RequestedEid record = RecordCodec.readRequestedEid(in);
            if (in.takeSkipped()) {
                continue;
            }
            if (count == 1) {
                return List.of(record);
            }
            records.add(record);
        }
        if (records.isEmpty()) {
            in.fail(MalformedReason.UNKNOWN_LCAF_EID);
        }
        return records;
    }

    /** A record whose EID is unknown is not used: the request itself still stands. */
    private static Optional<EidRecord> readMapReplyRecord(Input in, int header) {
        if ((header & MAP_REPLY_RECORD) == 0) {
            return Optional.empty();
        }
        EidRecord record = RecordCodec.readEidRecord(in, new LocatorMemo());
        return in.takeSkipped() ? Optional.empty() : Optional.of(record);
    }

    private static boolean hasUsable(List<LispAddress> itrRlocs) {
        for (int i = 0; i < itrRlocs.size(); i++) {
            if (!(itrRlocs.get(i) instanceof NoAddress)) {
                return true;
            }
        }
        return false;
    }

    /** Exactly one ITR-RLOC, with AFI 0, and the N bit (RFC 9437 section 5). */
    private static boolean isUnsubscription(List<LispAddress> itrRlocs, List<RequestedEid> records) {
        return itrRlocs.size() == 1 && records.getFirst().notification();
    }

    static void encode(MapRequest message, Output out) {
        List<LispAddress> itrRlocs = message.itrRlocs();
        if (itrRlocs.isEmpty() || itrRlocs.size() > MAX_ITR_RLOCS) {
            throw new IllegalArgumentException("a Map-Request carries 1 to 32 ITR-RLOCs, not " + itrRlocs.size());
        }
        int header = 1 << 28 | FLAGS.write(message.flags()) | (itrRlocs.size() - 1) << 8;
        header |= message.mapReplyRecord().isPresent() ? MAP_REPLY_RECORD : 0;
        header |= message.identity().isPresent() ? IDENTITY : 0;
        out.i32(header | Output.count(message.records().size(), 8, "records"));
        out.i64(message.nonce());
        AddressWriter.write(out, message.sourceEid());
        for (int i = 0; i < itrRlocs.size(); i++) {
            AddressWriter.write(out, itrRlocs.get(i));
        }
        for (int i = 0; i < message.records().size(); i++) {
            RecordCodec.writeRequestedEid(out, message.records().get(i));
        }
        if (message.mapReplyRecord().isPresent()) {
            RecordCodec.writeEidRecord(out, message.mapReplyRecord().get());
        }
        RecordCodec.writeIdentity(out, message.identity());
    }
}
