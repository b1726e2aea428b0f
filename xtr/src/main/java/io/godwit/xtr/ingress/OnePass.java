package io.godwit.xtr.ingress;

import io.godwit.packet.data.Ecn;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.ring.DeliveredLately;
import io.godwit.xtr.ring.Ipv4Batch;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.Stage;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * 2 to 4 in one loop over a batch, for a thread that drives all of them: what most packets are, IPv4 for a host of this site, is checked, looked up, decapsulated
 * and handed on while its header is at hand. All other packets take the stages themselves, one packet at a time, so that the order stays.
 */
public final class OnePass implements Stage {
    private static final int TRAFFIC_CLASS = 1;
    private static final int LENGTH = 2;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int DESTINATION = 16;

    private final LispCheck check;
    private final Validate validate;
    private final Decap decap;
    private final Deliver deliver;
    private final FibReader reader;
    private final Parking parking;
    private final @Nullable DeliveredLately lately;
    private final boolean plain;
    private final int lookedInto;
    private final long stampMask;
    private long touched;

    /** @param check of {@code validate} */
    public OnePass(
            LispCheck check,
            Validate validate,
            Decap decap,
            Deliver deliver,
            FibReader reader,
            Parking parking,
            @Nullable DeliveredLately lately) {
        this.check = check;
        this.validate = validate;
        this.decap = decap;
        this.deliver = deliver;
        this.reader = reader;
        this.parking = parking;
        this.lately = lately;
        this.plain = validate.isPlain();
        this.lookedInto = decap.clampsMss() ? IpProtocol.TCP : -1;
        this.stampMask = check.stampMask();
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        reader.begin();
        try {
            int count = (int) (last - first) + 1;
            int done = 0;
            while (done < count) {
                done += run(ring.slots(), (int) first + done, count - done);
            }
        } finally {
            reader.end();
            deliver.flush();
        }
    }

    /** At most {@code count} packets, of one instance; returns how many. */
    private int run(PacketSlot[] slots, int first, int count) {
        PacketSlot leader = slots[first & (slots.length - 1)];
        long stamp = stamp(leader);
        int instance = check.instance(stamp);
        if (instance < 0) {
            stepByStep(leader);
            return 1;
        }
        reader.standAt(instance);
        if (!reader.isSmall()) {
            touched = Ipv4Batch.touch(reader, slots, first, count);
        }
        long base = reader.base();
        int shift = reader.shift();
        int mask = reader.mask();
        long records = reader.records();
        int recordCount = reader.recordCount();
        int outerDscp = decap.outerDscp();
        DeliveredLately kept = lately;
        boolean open = plain && parking.isEmpty();
        int number = 0;
        while (number < count) {
            PacketSlot slot = slots[first + number & (slots.length - 1)];
            if (stamp(slot) != stamp) {
                break;
            }
            long packet = slot.address;
            int length = Octets.getShort(packet + LENGTH);
            int key = Octets.getInt(packet + DESTINATION) & mask;
            long record = FibReader.record(FibReader.slot(FibReader.home(base, shift, key), key), records, recordCount);
            int inner = Octets.getByte(packet + TRAFFIC_CLASS);
            int ecn = Ecn.decapsulate(inner, slot.receivedTrafficClass);
            if (open
                    && FibReader.isLocal(record)
                    && slot.verdict == PacketSlot.NEW
                    && LispCheck.isPlain(packet, length, slot.length)
                    && ecn != Ecn.DROP
                    && Octets.getByte(packet + PROTOCOL) != lookedInto) {
                if (kept != null) {
                    kept.keep(slot, instance);
                }
                int dscp = (slot.receivedTrafficClass & outerDscp) | (inner & Decap.DSCP & ~outerDscp);
                patch(packet, inner, dscp | ecn, slot.receivedTtl);
                deliver.plain(slot, instance, length);
            } else {
                stepByStep(slot);
                open = plain && parking.isEmpty();
            }
            number++;
        }
        return number;
    }

    private long stamp(PacketSlot slot) {
        return UnsafeApi.getLong(slot.address - LispHeader.LENGTH) & stampMask;
    }

    private static void patch(long packet, int inner, int trafficClass, int receivedTtl) {
        int innerTtl = Octets.getByte(packet + TTL);
        int ttl = Math.min(innerTtl, receivedTtl);
        if (ttl != innerTtl || trafficClass != inner) {
            Decap.rewriteIpv4(packet, ttl, trafficClass);
        }
    }

    private void stepByStep(PacketSlot slot) {
        validate.one(slot);
        decap.one(slot);
        deliver.one(slot);
    }

    /** Keeps the touching reads alive. */
    long touched() {
        return touched;
    }
}
