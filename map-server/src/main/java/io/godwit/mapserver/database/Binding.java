package io.godwit.mapserver.database;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.MapReply;
import io.godwit.packet.control.RlocRecord;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * All of an EID-record but the EID-prefix: what the many EIDs of an xTR have in common, kept once. Holds what a proxy reply says in wire form
 * too, so that a Map-Reply is a header and a copy.
 */
public final class Binding {
    /** TTL, locator count, mask length, action and flags, map-version (RFC 9301 section 5.4). */
    static final int HEAD_LENGTH = 10;

    private static final int VERSION_OFFSET = 8;
    /** Of the first locator in a Map-Reply about an IPv4 EID-prefix. */
    private static final int LOCATORS_OFFSET = 12 + HEAD_LENGTH + 6;

    private final Content content;
    private final List<RlocRecord> view;
    private final byte[] wire;
    /** TTL and locator count, where they are in the first eight octets of a record. */
    private final long head;

    private final short version;

    /** By which bindings are told apart. */
    record Content(int ttlMinutes, Action action, boolean authoritative, int mapVersion, List<RlocRecord> locators) {
        static Content of(EidRecord record) {
            return new Content(
                    record.ttlMinutes(),
                    record.action(),
                    record.authoritative(),
                    record.mapVersion(),
                    record.locators());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Content content
                    && content.ttlMinutes == ttlMinutes
                    && content.mapVersion == mapVersion
                    && content.action == action
                    && content.authoritative == authoritative
                    && content.locators.equals(locators);
        }

        @Override
        public int hashCode() {
            return locators.hashCode() * 31 + ttlMinutes;
        }

        boolean matches(EidRecord record) {
            return record.ttlMinutes() == ttlMinutes
                    && record.mapVersion() == mapVersion
                    && record.action() == action
                    && record.authoritative() == authoritative
                    && record.locators().equals(locators);
        }
    }

    Binding(Content content) {
        this.content = content;
        view = ProxyLocators.of(List.of(content.locators()));
        head = (long) content.ttlMinutes() << 32 | (view.size() & 0xffL) << 24;
        version = (short) (content.mapVersion() & 0xfff);
        wire = encoded(new EidRecord(
                content.ttlMinutes(), 32, Action.NO_ACTION, false, content.mapVersion(), new Ipv4Address(0), view));
    }

    private static byte[] encoded(EidRecord record) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(256);
        int length = ControlCodec.encode(new MapReply(false, false, 0, List.of(record)), buffer, 0);
        byte[] locators = new byte[length - LOCATORS_OFFSET];
        buffer.getBytes(LOCATORS_OFFSET, locators);
        return locators;
    }

    Content content() {
        return content;
    }

    /** As registered for {@code prefix}. */
    EidRecord record(EidPrefix prefix) {
        return new EidRecord(
                content.ttlMinutes(),
                prefix.length(),
                content.action(),
                content.authoritative(),
                content.mapVersion(),
                prefix.toAddress(),
                content.locators());
    }

    /** As a proxy reply has it (RFC 9301 section 8.3). */
    EidRecord view(EidPrefix prefix) {
        return new EidRecord(
                content.ttlMinutes(),
                prefix.length(),
                Action.NO_ACTION,
                false,
                content.mapVersion(),
                prefix.toAddress(),
                view);
    }

    List<RlocRecord> viewLocators() {
        return view;
    }

    /** Writes what precedes the EID-prefix's AFI in a proxy reply's record; returns the octets written. */
    public int putHead(MutableDirectBuffer buffer, int offset, int maskLength) {
        buffer.putLong(offset, head | maskLength << 16, BIG_ENDIAN);
        buffer.putShort(offset + VERSION_OFFSET, version, BIG_ENDIAN);
        return HEAD_LENGTH;
    }

    /** Writes the locators of a proxy reply's record; returns the octets written. */
    public int putLocators(MutableDirectBuffer buffer, int offset) {
        buffer.putBytes(offset, wire);
        return wire.length;
    }
}
