package io.godwit.xtr.ring;

import io.godwit.xtr.fib.FibReader;
import org.agrona.UnsafeApi;

/** A batch of packets that are mostly IPv4, of the instance that the reader stands at. */
public final class Ipv4Batch {
    private static final int DESTINATION = 16;

    private Ipv4Batch() {}

    /**
     * Reads where the searches for all destinations start, so that their cache misses overlap. Whatever a packet has there, it leads to a place
     * of the table. The sum is for keeping: without a use of it nothing would be read.
     */
    public static long touch(FibReader reader, PacketSlot[] slots, int first, int count) {
        long base = reader.base();
        int shift = reader.shift();
        int mask = reader.mask();
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long packet = slots[first + i & (slots.length - 1)].address;
            sum += UnsafeApi.getLong(FibReader.home(base, shift, Octets.getInt(packet + DESTINATION) & mask));
        }
        return sum;
    }
}
