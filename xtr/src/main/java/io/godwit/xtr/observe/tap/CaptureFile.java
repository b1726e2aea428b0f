package io.godwit.xtr.observe.tap;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.Locator;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.TapRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Makes a pcapng file of tap records. An interface for each TUN device (inner packets) and each own RLOC (outer ones). A packet is written as it arrived, with its drop
 * reason as a comment if it was dropped, and as it left; so arrivals wait here until what became of them is known.
 */
final class CaptureFile {
    private static final int MAX_WAITING = 4_096;

    private record Arrival(int networkInterface, long nanos, byte[] octets, int length) {}

    private final CaptureRequest request;
    private final TapNames names;
    private final long epochOffset;
    private final Pcapng out = new Pcapng();
    private final Map<Long, Arrival> waiting = new LinkedHashMap<>();
    private long packets;

    /** @param epochOffset nanoseconds to add to the records' times */
    CaptureFile(CaptureRequest request, TapNames names, long epochOffset) {
        this.request = request;
        this.names = names;
        this.epochOffset = epochOffset;
        out.section("godwit xtr");
        for (int i = 0; i < names.tuns().size(); i++) {
            String description =
                    "inner packets of instance " + names.instanceIds().get(i);
            out.networkInterface(names.tuns().get(i), description, request.snapLength());
        }
        for (IpAddress locator : names.locators()) {
            out.networkInterface(
                    locator.toString(),
                    "LISP packets of RLOC " + locator + ", outer headers restored",
                    request.snapLength());
        }
    }

    /** What there is to write so far. */
    byte[] take() {
        return out.take();
    }

    int size() {
        return out.size();
    }

    void add(int type, DirectBuffer buffer, int index) {
        TappedPacket record = new TappedPacket(type, buffer, index);
        if (record.stage() == 1 && !record.isOver()) {
            if (!record.isReleased()) {
                arrive(record);
            }
            return;
        }
        if (record.stage() == 1) {
            arrive(record);
        }
        String comment = record.isOver() ? record.end() : "";
        Arrival arrival = waiting.remove(record.number());
        if (arrival != null) {
            write(arrival, Pcapng.INBOUND, comment);
        }
        if (record.verdict() == PacketSlot.DELIVER && request.inner()) {
            write(inner(record), Pcapng.OUTBOUND, segments(record));
        } else if (record.verdict() == PacketSlot.ENCAPSULATE && request.outer()) {
            leave(record);
        }
    }

    private void arrive(TappedPacket record) {
        if (record.fromSite() ? !request.inner() : !request.outer()) {
            return;
        }
        if (waiting.size() == MAX_WAITING) {
            Iterator<Arrival> eldest = waiting.values().iterator();
            write(eldest.next(), Pcapng.INBOUND, "");
            eldest.remove();
        }
        waiting.put(record.number(), record.fromSite() ? inner(record) : received(record));
    }

    private Arrival inner(TappedPacket record) {
        byte[] octets = record.octets();
        return new Arrival(
                record.instance(),
                record.nanos(),
                Arrays.copyOfRange(octets, TapRecord.BEFORE, octets.length),
                record.length());
    }

    private Arrival received(TappedPacket record) {
        IpAddress locator = names.locators().get(record.receivedOn());
        byte[] octets = record.octets();
        int length = record.length() + LispHeader.LENGTH;
        byte[] packet = OuterPacket.of(
                record.source(),
                record.sourcePort(),
                locator,
                Locator.DATA_PORT,
                record.receivedTtl(),
                record.receivedTrafficClass(),
                octets,
                0,
                Math.min(octets.length, length),
                length);
        return new Arrival(
                names.tuns().size() + record.receivedOn(),
                record.nanos(),
                packet,
                OuterPacket.headers(locator) + length);
    }

    private void leave(TappedPacket record) {
        byte[] octets = record.octets();
        if (record.segmentSize() > 0) {
            ByteBuffer.wrap(octets).putLong(record.lispHeader());
            write(
                    sent(record, octets, 0, octets.length, LispHeader.LENGTH + record.length()),
                    Pcapng.OUTBOUND,
                    segments(record));
            return;
        }
        for (int i = 0; i < record.datagrams(); i++) {
            int offset = record.datagramOffset(i);
            int length = record.datagramLength(i);
            int captured = Math.clamp(octets.length - offset, 0, length);
            if (captured > 0) {
                write(sent(record, octets, offset, captured, length), Pcapng.OUTBOUND, "");
            }
        }
    }

    private Arrival sent(TappedPacket record, byte[] octets, int offset, int captured, int length) {
        IpAddress locator = record.locator();
        int own = 0;
        while (names.locators().get(own).isIpv4() != locator.isIpv4()) {
            own++;
        }
        byte[] packet = OuterPacket.of(
                names.locators().get(own),
                names.sourcePort(record),
                locator,
                record.locatorPort(),
                record.ttl(),
                record.trafficClass(),
                octets,
                offset,
                captured,
                length);
        return new Arrival(names.tuns().size() + own, record.nanos(), packet, OuterPacket.headers(locator) + length);
    }

    private static String segments(TappedPacket record) {
        return record.segmentSize() > 0
                ? "super-packet: segments of " + record.segmentSize() + " octets of payload"
                : "";
    }

    private void write(Arrival packet, int direction, String comment) {
        byte[] octets = packet.octets.length > request.snapLength()
                ? Arrays.copyOf(packet.octets, request.snapLength())
                : packet.octets;
        out.packet(packet.networkInterface, packet.nanos + epochOffset, octets, packet.length, direction, comment);
        packets++;
    }

    /** What waits, and what was missed. */
    void end(long nanos, long lost) {
        waiting.values().forEach(arrival -> write(arrival, Pcapng.INBOUND, ""));
        waiting.clear();
        int interfaces = names.tuns().size() + names.locators().size();
        for (int i = 0; i < interfaces; i++) {
            out.statistics(i, nanos + epochOffset, i == 0 ? packets : 0, i == 0 ? lost : 0);
        }
    }
}
