package io.godwit.xtr.egress;

import io.godwit.linux.UdpSenders;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.LispHeader;
import io.godwit.xtr.fib.FibReader;
import io.godwit.xtr.fib.ForwardingEntry;
import io.godwit.xtr.observe.CoarseClock;
import io.godwit.xtr.ring.Ipv4Batch;
import io.godwit.xtr.ring.Octets;
import io.godwit.xtr.ring.PacketRing;
import io.godwit.xtr.ring.PacketSlot;
import io.godwit.xtr.ring.Parking;
import io.godwit.xtr.ring.Stage;
import org.agrona.UnsafeApi;

/**
 * 2 to 4 in one loop over a batch, for a thread that drives all of them: what most packets are, IPv4 for a mapping with one IPv4 locator, is checked, looked up,
 * encapsulated and laid out for its socket while its header is at hand. All other packets take the stages themselves, one packet at a time, so that
 * the order stays.
 */
public final class OnePass implements Stage {
    private static final int LENGTH = 2;
    private static final int TRAFFIC_CLASS = 1;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int DESTINATION = 16;

    private final Lookup lookup;
    private final Encap encap;
    private final Transmit transmit;
    private final Transmitter transmitter;
    private final FibReader reader;
    private final Parking parking;
    private final CoarseClock clock;
    private final int maxLength;
    private final int lookedInto;
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

    /** At most {@code count} packets of one instance; returns how many. */
    private int run(PacketSlot[] slots, int first, int count) {
        int instance = slots[first & (slots.length - 1)].instance;
        reader.standAt(instance);
        if (!reader.isSmall()) {
            touched = Ipv4Batch.touch(reader, slots, first, count);
        }
        long base = reader.base();
        int shift = reader.shift();
        int mask = reader.mask();
        ForwardingEntry[] entries = reader.entries();
        UdpSenders senders = transmitter.ready();
        int sockets = transmitter.ipv4Mask();
        int max = maxLength;
        int lookInto = lookedInto;
        long now = clock.millis();
        long sum = 0;
        int sent = 0;
        boolean open = parking.isEmpty();
        int number = 0;
        while (number < count) {
            PacketSlot slot = slots[first + number & (slots.length - 1)];
            if (slot.instance != instance) {
                break;
            }
            long packet = slot.address;
            int length = Octets.getShort(packet + LENGTH);
            int key = Octets.getInt(packet + DESTINATION) & mask;
            int ttl = Octets.getByte(packet + TTL);
            int protocol = Octets.getByte(packet + PROTOCOL);
            long place = FibReader.slot(base, shift, key);
            ForwardingEntry entry = FibReader.entryAt(place, key, entries);
            long name = entry.plainName();
            if (name != 0
                    && open
                    && slot.verdict == PacketSlot.NEW
                    && InnerHeader.isPlain(packet, length, slot.length)
                    && length <= max
                    && length <= entry.plainLength()
                    && ttl != 0
                    && protocol != lookInto) {
                FibReader.count(place);
                entry.touchSingle(now);
                UnsafeApi.putLong(packet - LispHeader.LENGTH, entry.plainHeader());
                int datagram = length + LispHeader.LENGTH;
                int socket = InnerHeader.plainFlowHash(packet, protocol) & sockets;
                int hops = ttl << 8 | Octets.getByte(packet + TRAFFIC_CLASS);
                while (!senders.offerIpv4(socket, packet - LispHeader.LENGTH, datagram, name, hops)) {
                    transmitter.makeRoom();
                }
                sum += datagram;
                sent++;
            } else {
                stepByStep(slot);
                open = parking.isEmpty();
                transmitter.ready();
            }
            number++;
        }
        octets += sum;
        encapsulated += sent;
        return number;
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
