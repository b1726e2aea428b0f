package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NoAddress;
import io.godwit.packet.control.MapRequest.RequestedEid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** EID-records, RLOC-records and the xTR-ID trailer (RFC 9301 sections 5.4 and 5.6), as several messages share them. */
final class RecordCodec {
    private static final int LOCAL = 4;
    private static final int PROBED = 2;
    private static final int REACHABLE = 1;
    private static final int AUTHORITATIVE = 0x1000;
    private static final int NOTIFICATION = 0x80;

    private RecordCodec() {}

    /**
     * Reads {@code count} EID-records. One whose EID is an LCAF of unknown type is left out; when that leaves none the message is
     * malformed (RFC 9306 section 3).
     */
    static List<EidRecord> readEidRecords(Input in, int count) {
        if (count == 0) {
            return List.of();
        }
        LocatorMemo locators = new LocatorMemo();
        EidRecord first = readEidRecord(in, locators);
        if (count == 1) {
            if (in.takeSkipped()) {
                in.fail(MalformedReason.UNKNOWN_LCAF_EID);
            }
            return List.of(first);
        }
        List<EidRecord> records = new ArrayList<>();
        addUnlessSkipped(in, records, first);
        for (int i = 1; i < count && !in.failed(); i++) {
            addUnlessSkipped(in, records, readEidRecord(in, locators));
        }
        if (records.isEmpty()) {
            in.fail(MalformedReason.UNKNOWN_LCAF_EID);
        }
        return records;
    }

    private static <T> void addUnlessSkipped(Input in, List<T> list, T element) {
        if (!in.takeSkipped()) {
            list.add(element);
        }
    }

    /** {@link Input#takeSkipped()} tells whether its EID must be ignored. */
    static EidRecord readEidRecord(Input in, LocatorMemo memo) {
        long ttlAndFlags = in.i64();
        int flags = (int) ttlAndFlags & 0xffff;
        int maskLength = (int) ttlAndFlags >>> 16 & 0xff;
        int versionAndAfi = in.i32();
        LispAddress eid = readEid(in, versionAndAfi & 0xffff, maskLength);
        boolean skipped = in.takeSkipped();
        List<RlocRecord> locators = memo.read(in, (int) ttlAndFlags >>> 24);
        if (skipped) {
            in.skipRecord();
        }
        return new EidRecord(
                (int) (ttlAndFlags >>> 32),
                maskLength,
                Action.of(flags >>> 13),
                (flags & AUTHORITATIVE) != 0,
                versionAndAfi >>> 16 & 0xfff,
                eid,
                locators);
    }

    /** Reads an EID-prefix, AFI and all, and clears its host bits. */
    static LispAddress readEid(Input in, int maskLength) {
        return readEid(in, in.u16(), maskLength);
    }

    private static LispAddress readEid(Input in, int afi, int maskLength) {
        LispAddress eid = AddressReader.read(in, afi);
        if (maskLength > AddressMask.maxLength(eid)) {
            if (!in.isSkipped()) {
                in.fail(MalformedReason.BAD_MASK_LENGTH);
            }
            return NoAddress.INSTANCE;
        }
        return AddressMask.clear(eid, maskLength);
    }

    static List<RlocRecord> readLocators(Input in, int count) {
        if (count == 0) {
            return List.of();
        }
        RlocRecord first = readLocator(in);
        if (count == 1) {
            return in.takeSkipped() ? List.of() : List.of(first);
        }
        List<RlocRecord> locators = new ArrayList<>();
        addUnlessSkipped(in, locators, first);
        for (int i = 1; i < count && !in.failed(); i++) {
            addUnlessSkipped(in, locators, readLocator(in));
        }
        return locators;
    }

    private static RlocRecord readLocator(Input in) {
        long fields = in.i64();
        int properties = (int) (fields >>> 32);
        int flags = (int) fields >>> 16;
        return new RlocRecord(
                properties >>> 24,
                properties >>> 16 & 0xff,
                properties >>> 8 & 0xff,
                properties & 0xff,
                (flags & LOCAL) != 0,
                (flags & PROBED) != 0,
                (flags & REACHABLE) != 0,
                AddressReader.read(in, (int) fields & 0xffff));
    }

    /** {@link Input#takeSkipped()} tells whether its EID must be ignored. */
    static RequestedEid readRequestedEid(Input in) {
        int fields = in.i32();
        int maskLength = fields >>> 16 & 0xff;
        boolean notification = (fields >>> 24 & NOTIFICATION) != 0;
        return new RequestedEid(notification, maskLength, readEid(in, fields & 0xffff, maskLength));
    }

    /** Reads the trailer when the I bit announces it. */
    static Optional<XtrIdentity> readIdentity(Input in, boolean announced) {
        if (!announced) {
            return Optional.empty();
        }
        if (in.remaining() < XtrIdentity.LENGTH) {
            in.fail(MalformedReason.MISSING_XTR_ID);
        }
        return Optional.of(new XtrIdentity(in.i64(), in.i64(), in.i64()));
    }

    static void writeEidRecords(Output out, List<EidRecord> records) {
        for (int i = 0; i < records.size(); i++) {
            writeEidRecord(out, records.get(i));
        }
    }

    static void writeEidRecord(Output out, EidRecord record) {
        List<RlocRecord> locators = record.locators();
        int counts = Output.count(locators.size(), 8, "locators") << 8 | (record.maskLength() & 0xff);
        out.i32(record.ttlMinutes());
        out.i32(counts << 16 | record.action().code() << 13 | (record.authoritative() ? AUTHORITATIVE : 0));
        out.u16(record.mapVersion() & 0xfff);
        writeEid(out, record.eid(), record.maskLength());
        writeLocators(out, locators);
    }

    static void writeLocators(Output out, List<RlocRecord> locators) {
        for (int i = 0; i < locators.size(); i++) {
            writeLocator(out, locators.get(i));
        }
    }

    static void writeEid(Output out, LispAddress eid, int maskLength) {
        if (maskLength > AddressMask.maxLength(eid)) {
            throw new IllegalArgumentException("a mask of " + maskLength + " bits does not fit " + eid);
        }
        AddressWriter.write(out, AddressMask.clear(eid, maskLength));
    }

    private static void writeLocator(Output out, RlocRecord locator) {
        out.i32(locator.priority() << 24
                | (locator.weight() & 0xff) << 16
                | (locator.multicastPriority() & 0xff) << 8
                | (locator.multicastWeight() & 0xff));
        int local = locator.local() ? LOCAL : 0;
        int probed = locator.probed() ? PROBED : 0;
        out.u16(local | probed | (locator.reachable() ? REACHABLE : 0));
        AddressWriter.write(out, locator.locator());
    }

    static void writeRequestedEid(Output out, RequestedEid record) {
        out.u8(record.notification() ? NOTIFICATION : 0);
        out.u8(record.maskLength());
        writeEid(out, record.eid(), record.maskLength());
    }

    static void writeIdentity(Output out, Optional<XtrIdentity> identity) {
        if (identity.isPresent()) {
            out.i64(identity.get().xtrIdHigh());
            out.i64(identity.get().xtrIdLow());
            out.i64(identity.get().siteId());
        }
    }
}
