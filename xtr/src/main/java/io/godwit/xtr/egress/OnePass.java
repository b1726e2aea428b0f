package io.godwit.xtr.egress;

import io.godwit.linux.UdpSenders;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.RingLayout;
import io.godwit.xtr.ring.Stage;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * 2 to 4 in three short loops over a batch, for a thread that drives all of them: what most packets are, IPv4 for a mapping with one IPv4 locator, is checked; then
 * looked up and encapsulated; then laid out for its socket. No loop calls anything, so each has its words in registers.
 * All other packets take the stages themselves, one packet at a time, so that the order stays.
 */
public final class OnePass implements Stage {
    /** In the first eight octets of an IPv4 header. */
    private static final int TRAFFIC_CLASS_SHIFT = 48;

    private static final int LENGTH_SHIFT = 32;
    private static final int TTL_AND_PROTOCOL = 8;
    private static final int DESTINATION = 16;

    /** Beside what {@link UdpSenders} wants of a listed datagram: where the search for its destination starts. */
    private static final int HOME = UdpSenders.SOCKET + Long.BYTES;
    /** And what is searched for. */
    private static final int KEY = HOME + Long.BYTES;

    private final Lookup lookup;
    private final Encap encap;
    private final Transmit transmit;
    private final Transmitter transmitter;
    private final FibReader reader;
    private final Parking parking;
    private final CoarseClock clock;
    private final int maxLength;
    private final int lookedInto;
    /** The datagrams of a batch: in native memory, since an array would come with checks. */
    private final UnsafeBuffer list = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(RingLayout.BATCH * UdpSenders.LISTED, BitUtil.CACHE_LINE_LENGTH));

    private int encapsulated;
    private long octets;
    private long touched;

    /** @param encapsulator of {@code encap} */
    public OnePass(
            Lookup lookup,
            Encap encap,
            Transmit transmit,
            Transmitter transmitter,
            Encapsulator encapsulator,
            FibReader reader,
            Parking parking,
            CoarseClock clock) {
        this.lookup = lookup;
        this.encap = encap;
        this.transmit = transmit;
        this.transmitter = transmitter;
        this.reader = reader;
        this.parking = parking;
        this.clock = clock;
        this.maxLength = encapsulator.maxOverIpv4();
        this.lookedInto = encapsulator.clampsMss() ? IpProtocol.TCP : -1;
    }

    @Override
    public void process(PacketRing ring, long first, long last) {
        encapsulated = 0;
        octets = 0;
        reader.begin();
        try {
            int count = (int) (last - first) + 1;
            int done = 0;
            while (done < count) {
                done += run(ring.slots(), (int) first + done, count - done);
            }
        } finally {
            reader.end();
            encap.count(encapsulated);
            transmitter.counted(octets);
            transmit.flush();
        }
    }

    /** At most {@code limit} packets, at least one; returns how many. */
    private int run(PacketSlot[] slots, int first, int limit) {
        int instance = slots[first & (slots.length - 1)].instance;
        reader.standAt(instance);
        int count = parking.isEmpty() ? takeIn(slots, first, Math.min(limit, RingLayout.BATCH), instance) : 0;
        if (count == 0) {
            stepByStep(slots[first & (slots.length - 1)]);
            return 1;
        }
        if (!reader.isSmall()) {
            touch(count);
        }
        int done = 0;
        while (done < count) {
            int next = encapsulate(done, count);
            layOut(done, next);
            encapsulated += next - done;
            done = next;
            if (done < count) {
                stepByStep(slots[first + done++ & (slots.length - 1)]);
                if (!parking.isEmpty()) {
                    return done;
                }
            }
        }
        return count;
    }

    /** Checks the headers of the first packets and lists them; returns how many are of {@code instance} and such that nothing but their entry decides. */
    private int takeIn(PacketSlot[] slots, int first, int limit, int instance) {
        long base = reader.base();
        int shift = reader.shift();
        int mask = reader.mask();
        int sockets = transmitter.ipv4Mask();
        int max = maxLength;
        int lookInto = lookedInto;
        long at = list.addressOffset();
        int count = 0;
        while (count < limit) {
            PacketSlot slot = slots[first + count & (slots.length - 1)];
            long packet = slot.address;
            long head = Octets.getLong(packet);
            int length = (int) (head >>> LENGTH_SHIFT) & 0xffff;
            int ttlAndProtocol = Octets.getShort(packet + TTL_AND_PROTOCOL);
            int protocol = ttlAndProtocol & 0xff;
            if (slot.instance != instance
                    || slot.verdict != PacketSlot.NEW
                    || length > max
                    || ttlAndProtocol <= 0xff
                    || protocol == lookInto
                    || !InnerHeader.isPlain(packet, head, length, slot.length)) {
                break;
            }
            int key = Octets.getInt(packet + DESTINATION) & mask;
            long home = FibReader.home(base, shift, key);
            int hops = (ttlAndProtocol & 0xff00) | ((int) (head >>> TRAFFIC_CLASS_SHIFT) & 0xff);
            UnsafeApi.putLong(at + UdpSenders.PAYLOAD, packet - LispHeader.LENGTH);
            UnsafeApi.putLong(at + UdpSenders.LENGTH_AND_HOPS, (long) (length + LispHeader.LENGTH) << 16 | hops);
            UnsafeApi.putLong(at + UdpSenders.SOCKET, InnerHeader.plainFlowHash(packet, protocol) & sockets);
            UnsafeApi.putLong(at + HOME, home);
            UnsafeApi.putInt(at + KEY, key);
            at += UdpSenders.LISTED;
            count++;
        }
        return count;
    }

    /** In so short a loop that the processor has the cache misses of many packets under way at a time. */
    private void touch(int count) {
        long at = list.addressOffset() + HOME;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += UnsafeApi.getLong(UnsafeApi.getLong(at + (long) i * UdpSenders.LISTED));
        }
        touched = sum;
    }

    /** Writes the LISP headers of the packets from number {@code from} on; returns the number of the first whose entry asks for more, or {@code to}. */
    private int encapsulate(int from, int to) {
        long records = reader.records();
        int recordCount = reader.recordCount();
        long now = clock.millis();
        long at = list.addressOffset() + (long) from * UdpSenders.LISTED;
        long sum = 0;
        int i = from;
        while (i < to) {
            int key = UnsafeApi.getInt(at + KEY);
            long slot = FibReader.slot(UnsafeApi.getLong(at + HOME), key);
            long record = FibReader.record(slot, records, recordCount);
            long name = FibReader.plainName(record);
            long datagram = UnsafeApi.getLong(at + UdpSenders.LENGTH_AND_HOPS) >>> 16;
            if (name == 0 || datagram - LispHeader.LENGTH > FibReader.plainLength(record)) {
                break;
            }
            UnsafeApi.putLong(at + UdpSenders.NAME, name);
            UnsafeApi.putLong(UnsafeApi.getLong(at + UdpSenders.PAYLOAD), FibReader.plainHeader(record));
            FibReader.touch(record, now);
            FibReader.count(slot);
            sum += datagram;
            at += UdpSenders.LISTED;
            i++;
        }
        octets += sum;
        return i;
    }

    private void layOut(int from, int to) {
        UdpSenders senders = transmitter.ready();
        int next = from;
        while (next < to) {
            next += senders.offerIpv4(list.addressOffset() + (long) next * UdpSenders.LISTED, to - next);
            if (next < to) {
                transmitter.makeRoom();
            }
        }
    }

    private void stepByStep(PacketSlot slot) {
        lookup.one(slot);
        encapsulated += encap.one(slot);
        transmit.one(slot);
    }

    /** Keeps the touching reads alive. */
    long touched() {
        return touched;
    }
}
