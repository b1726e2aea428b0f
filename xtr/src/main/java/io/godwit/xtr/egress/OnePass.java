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
 * looked up and encapsulated; then laid out for its socket.
 * All other packets take the stages themselves, one packet at a time, so that the order stays.
 */
public final class OnePass implements Stage {
    private static final int TRAFFIC_CLASS = 1;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int DESTINATION = 16;

    // A packet of the batch: where its LISP header goes (64), its envelope (64), where the search for its destination
    // starts and then its name (64), what is searched for (32), and which socket it leaves from (32).
    private static final int PAYLOAD = 0;
    private static final int ENVELOPE = 8;
    private static final int HOME = 16;
    private static final int NAME = HOME;
    private static final int KEY = 24;
    private static final int SOCKET = 28;
    private static final int LISTED = 32;

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
    private final UnsafeBuffer list =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(RingLayout.BATCH * LISTED, BitUtil.CACHE_LINE_LENGTH));

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
            int length = slot.length;
            int ttl = Octets.getByte(packet + TTL);
            int protocol = Octets.getByte(packet + PROTOCOL);
            if (slot.instance != instance
                    || slot.verdict != PacketSlot.NEW
                    || length > max
                    || ttl == 0
                    || protocol == lookInto
                    || !InnerHeader.isPlain(packet, head, length)) {
                break;
            }
            int key = Octets.getInt(packet + DESTINATION) & mask;
            UnsafeApi.putLong(at + PAYLOAD, packet - LispHeader.LENGTH);
            UnsafeApi.putLong(
                    at + ENVELOPE,
                    UdpSenders.envelope(length + LispHeader.LENGTH, ttl, Octets.getByte(packet + TRAFFIC_CLASS)));
            UnsafeApi.putLong(at + HOME, FibReader.home(base, shift, key));
            UnsafeApi.putInt(at + KEY, key);
            UnsafeApi.putInt(at + SOCKET, InnerHeader.plainFlowHash(packet, protocol) & sockets);
            at += LISTED;
            count++;
        }
        return count;
    }

    /** In so short a loop that the processor has the cache misses of many packets under way at a time. */
    private void touch(int count) {
        long at = list.addressOffset() + HOME;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += UnsafeApi.getLong(UnsafeApi.getLong(at + (long) i * LISTED));
        }
        touched = sum;
    }

    /** Writes the LISP headers of the packets from number {@code from} on; returns the number of the first whose entry asks for more, or {@code to}. */
    private int encapsulate(int from, int to) {
        long records = reader.records();
        int recordCount = reader.recordCount();
        long now = clock.millis();
        long at = list.addressOffset() + (long) from * LISTED;
        long sum = 0;
        int i = from;
        while (i < to) {
            int key = UnsafeApi.getInt(at + KEY);
            long slot = FibReader.slot(UnsafeApi.getLong(at + HOME), key);
            long record = FibReader.record(slot, records, recordCount);
            long name = FibReader.plainName(record);
            int datagram = UdpSenders.length(UnsafeApi.getLong(at + ENVELOPE));
            if (name == 0 || datagram - LispHeader.LENGTH > FibReader.plainLength(record)) {
                break;
            }
            UnsafeApi.putLong(at + NAME, name);
            UnsafeApi.putLong(UnsafeApi.getLong(at + PAYLOAD), FibReader.plainHeader(record));
            FibReader.touch(record, now);
            FibReader.count(slot);
            sum += datagram;
            at += LISTED;
            i++;
        }
        octets += sum;
        return i;
    }

    private void layOut(int from, int to) {
        UdpSenders senders = transmitter.ready();
        for (int i = from; i < to; i++) {
            long at = list.addressOffset() + (long) i * LISTED;
            int socket = UnsafeApi.getInt(at + SOCKET);
            long payload = UnsafeApi.getLong(at + PAYLOAD);
            long name = UnsafeApi.getLong(at + NAME);
            long envelope = UnsafeApi.getLong(at + ENVELOPE);
            while (!senders.offerIpv4(socket, payload, name, envelope)) {
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
