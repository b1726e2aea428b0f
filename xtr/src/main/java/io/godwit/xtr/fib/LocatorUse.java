package io.godwit.xtr.fib;

import io.godwit.packet.address.IpAddress;
import org.agrona.collections.IntHashSet;
import org.jspecify.annotations.Nullable;

/**
 * When an RLOC was last encapsulated to; shared by all entries that name it. Data threads write, the control thread reads. Entries that have it as their
 * only locator have a record each, where most of the use is noted.
 */
final class LocatorUse {
    static final long NEVER = Long.MIN_VALUE / 2;

    static final LocatorUse NOBODY = new LocatorUse(IpAddress.parse("0.0.0.0"));

    private final IpAddress address;
    /** Plain: a fence for each packet would cost more than all else here, and the control thread may see it a little late. */
    private long lastMillis = NEVER;
    /** Octets of the largest inner packet that the path carries; plain as well, and rarely written. */
    private int maxLength = Integer.MAX_VALUE;
    /** {@link #maxLength} while nothing is added to the LISP header of inner IPv4 packets, else -1. */
    private int plainLength = Integer.MAX_VALUE;

    /** What is added to the LISP header of packets to it, by family of the inner packet: 0 unless it is trusted or knows GPE. */
    private long extraIpv4;

    private long extraIpv6;
    /** Control thread only, as the next. */
    private boolean down;

    private boolean silent;

    /** Of the records that lead here. Control thread only. */
    private final IntHashSet indexes = new IntHashSet();

    private @Nullable EntryRecords records;

    LocatorUse(IpAddress address) {
        this.address = address;
    }

    IpAddress address() {
        return address;
    }

    /** Costs a store at most once a millisecond. */
    void touch(long nowMillis) {
        if (lastMillis != nowMillis) {
            lastMillis = nowMillis;
        }
    }

    int plainLength() {
        return plainLength;
    }

    int maxLength() {
        return maxLength;
    }

    void maxLength(int octets) {
        maxLength = octets;
        plainLength(extraIpv4 == 0 ? octets : -1);
    }

    private void plainLength(int octets) {
        plainLength = octets;
        EntryRecords known = records;
        if (known != null) {
            indexes.forEachInt(index -> known.plainLength(index, octets));
        }
    }

    long extra(boolean ipv6) {
        return ipv6 ? extraIpv6 : extraIpv4;
    }

    void extra(long ipv4, long ipv6) {
        extraIpv4 = ipv4;
        extraIpv6 = ipv6;
        plainLength(ipv4 == 0 ? maxLength : -1);
    }

    boolean isDown() {
        return down;
    }

    void down(boolean isDown) {
        down = isDown;
    }

    boolean isSilent() {
        return silent;
    }

    void silent(boolean isSilent) {
        silent = isSilent;
    }

    boolean usedSince(long millis) {
        return lastMillis >= millis || lastNoted() >= millis;
    }

    private long lastNoted() {
        long last = NEVER;
        EntryRecords known = records;
        if (known != null) {
            IntHashSet.IntIterator each = indexes.iterator();
            while (each.hasNext()) {
                last = Math.max(last, known.lastUsed(each.nextValue()));
            }
        }
        return last;
    }

    /** Record {@code index} of {@code all} leads here. */
    void join(EntryRecords all, int index) {
        records = all;
        indexes.add(index);
    }

    /** It does no longer, and nobody writes to it any more. */
    void leave(EntryRecords all, int index) {
        if (indexes.remove(index)) {
            touch(Math.max(lastMillis, all.lastUsed(index)));
        }
    }
}
