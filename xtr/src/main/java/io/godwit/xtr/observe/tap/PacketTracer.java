package io.godwit.xtr.observe.tap;

import io.godwit.linux.pcap.FilterCompiler;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.ring.PacketFilter;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Tap;
import io.godwit.xtr.ring.TapRecord;
import io.godwit.xtr.ring.Taps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Traces packets through all stages. What the data threads note stays in the tap's ring, which has room for all packets asked for, until
 * somebody wants to see it. One thread.
 */
public final class PacketTracer {
    public static final int MAX_PACKETS = 10_000;

    private static final int HEADERS = 128;
    /** A packet that is parked comes by twice. */
    private static final int RECORDS_EACH = 6;

    private static final int RECORD = BitUtil.align(TapRecord.OCTETS + TapRecord.BEFORE + HEADERS + 8, 8);

    /**
     * @param micros since the packet's arrival; that of the batch it was in
     * @param verdict {@code arrived}, {@code released}, {@code encapsulate}, {@code deliver}, {@code sent}, {@code delivered}, {@code parked} or a
     *     drop reason
     * @param details what the stage made of it, by name
     */
    public record StageView(String stage, double micros, String verdict, Map<String, Object> details) {}

    /**
     * @param direction {@code from-site} or {@code from-core}
     * @param verdict where it ended: of its last stage so far
     */
    public record PacketView(
            long number,
            String direction,
            long epochMicros,
            String packet,
            int octets,
            String verdict,
            List<StageView> stages) {}

    /**
     * @param wanted packets asked for
     * @param seen packets that came
     * @param lost records that found no room
     */
    public record TraceView(boolean active, String filter, int wanted, int seen, long lost, List<PacketView> packets) {}

    private final Taps taps;
    private final TapNames names;
    private final long epochOffset;
    private final Map<Long, Traced> packets = new LinkedHashMap<>();
    private @Nullable Tap tap;
    private String filter = "";
    private int wanted;

    private static final class Traced {
        private final String direction;
        private final String text;
        private final int octets;
        private final long start;
        private final List<StageView> stages = new ArrayList<>();

        Traced(String direction, String text, int octets, long start) {
            this.direction = direction;
            this.text = text;
            this.octets = octets;
            this.start = start;
        }
    }

    public PacketTracer(Taps taps, TapNames names, EpochNanoClock epoch, NanoClock clock) {
        this.taps = taps;
        this.names = names;
        epochOffset = epoch.nanoTime() - clock.nanoTime();
    }

    /**
     * Forgets what was traced and traces the next {@code count} packets.
     *
     * @param wantedFilter a pcap filter for the inner packet, or nothing
     * @throws io.godwit.linux.LinuxException with a sentence for the user, when it is none
     * @throws IllegalStateException when too many taps are at work
     */
    public void start(int count, String wantedFilter) {
        PacketFilter program =
                wantedFilter.isBlank() ? PacketFilter.ALL : new PacketFilter(FilterCompiler.compile(wantedFilter));
        clear();
        int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(1 << 16, count * RECORDS_EACH * RECORD));
        Tap fresh = new Tap(program, new Tap.Extent(count, HEADERS, true), capacity);
        if (!taps.add(fresh)) {
            throw new IllegalStateException(
                    "there are " + Taps.MAX + " captures or traces already: end one of them first");
        }
        tap = fresh;
        filter = wantedFilter.strip();
        wanted = count;
    }

    /** Ends tracing and forgets. */
    public void clear() {
        if (tap != null) {
            taps.remove(tap);
            tap = null;
        }
        packets.clear();
        wanted = 0;
        filter = "";
    }

    public TraceView view() {
        Tap current = tap;
        if (current == null) {
            return new TraceView(false, "", 0, 0, 0, List.of());
        }
        current.read((type, buffer, index, length) -> record(type, buffer, index), Integer.MAX_VALUE);
        List<PacketView> views = new ArrayList<>();
        for (Traced traced : packets.values()) {
            views.add(new PacketView(
                    views.size() + 1L,
                    traced.direction,
                    TimeUnit.NANOSECONDS.toMicros(traced.start + epochOffset),
                    traced.text,
                    traced.octets,
                    traced.stages.getLast().verdict(),
                    List.copyOf(traced.stages)));
        }
        return new TraceView(current.left() > 0, filter, wanted, wanted - current.left(), current.lost(), views);
    }

    private void record(int type, DirectBuffer buffer, int index) {
        TappedPacket record = new TappedPacket(type, buffer, index);
        boolean arrival = record.stage() == 1 && !record.isReleased();
        if (arrival && packets.size() < wanted) {
            packets.put(
                    record.number(),
                    new Traced(
                            record.fromSite() ? "from-site" : "from-core",
                            PacketText.of(record.octets(), TapRecord.BEFORE),
                            record.length(),
                            record.nanos()));
        }
        Traced traced = packets.get(record.number());
        if (traced != null) {
            traced.stages.add(new StageView(
                    record.stageName(), (record.nanos() - traced.start) / 1000.0, verdict(record), details(record)));
        }
    }

    private static String verdict(TappedPacket record) {
        boolean last = record.stage() == TapRecord.STAGES;
        return switch (record.verdict()) {
            case PacketSlot.DONE -> record.end();
            case PacketSlot.ENCAPSULATE -> last ? "sent" : "encapsulate";
            case PacketSlot.DELIVER -> last ? "delivered" : "deliver";
            default -> record.isReleased() ? "released" : "arrived";
        };
    }

    private Map<String, Object> details(TappedPacket record) {
        Map<String, Object> details = new LinkedHashMap<>();
        if (record.isOver()) {
            return details;
        }
        if (record.stage() == 1) {
            arrival(record, details);
        } else if (record.verdict() == PacketSlot.ENCAPSULATE) {
            encapsulated(record, details);
        } else if (record.verdict() == PacketSlot.DELIVER) {
            details.put("to", names.tuns().get(record.instance()));
            details.put("octets", record.length());
        }
        return details;
    }

    private void arrival(TappedPacket record, Map<String, Object> details) {
        if (record.fromSite()) {
            details.put("on", names.tuns().get(record.instance()));
        } else {
            details.put("from", PacketText.with(record.source().toString(), record.sourcePort()));
            if (!record.isReleased()) {
                details.put("on", names.locators().get(record.receivedOn()).toString());
            }
            details.put("ttl", record.receivedTtl());
            details.put("trafficClass", record.receivedTrafficClass());
        }
        details.put("octets", record.length());
    }

    private void encapsulated(TappedPacket record, Map<String, Object> details) {
        IpAddress locator = record.locator();
        if (record.stage() == 2) {
            details.put("locator", locator.toString());
            details.put("instance", names.instanceIds().get(record.instance()));
            details.put("flowHash", String.format("%08x", record.flowHash()));
            if (record.segmentSize() > 0) {
                details.put("segmentSize", record.segmentSize());
            }
        } else if (record.stage() == TapRecord.STAGES) {
            details.put("to", PacketText.with(locator.toString(), record.locatorPort()));
            details.put("sourcePort", names.sourcePort(record));
        } else {
            details.put("ttl", record.ttl());
            details.put("trafficClass", record.trafficClass());
            details.put("lispHeader", String.format("%016x", record.lispHeader()));
        }
    }
}
