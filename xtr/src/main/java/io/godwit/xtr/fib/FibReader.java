package io.godwit.xtr.fib;

import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * One data thread's view of the {@link ForwardingTable}. Lookups stand between {@link #begin} and {@link #end}; entries found may be kept
 * longer. Hot: no allocation, no locks.
 */
public final class FibReader {
    /** Octets of a table that the processor's nearer caches hold. */
    private static final long SMALL = 1 << 18;

    private final ForwardingTable table;
    private final Epochs epochs;
    private final Epochs.Reader reader;
    private long usage;
    private ForwardingEntry[] batchEntries = {};
    /** Stays from batch to batch, so that the loop over a packet reads nothing that needs a fence. */
    private int batchInstance;

    /** Of the table of the longest prefix length of {@link #batchInstance}: plain words, a load each for a packet. */
    private long batchBase;

    private int batchShift;
    private int batchMask;
    private boolean batchIsSmall;
    /** What was asked last: most routers have one instance, and most batches one. */
    private int lastInstanceId = -1;

    private int lastInstanceIndex = -1;

    FibReader(ForwardingTable table, Epochs.Reader reader) {
        this.table = table;
        this.epochs = table.epochs();
        this.reader = reader;
    }

    /** Before the lookups of a batch. */
    public void begin() {
        reader.begin(epochs);
        take(batchInstance);
        batchEntries = table.entries();
    }

    /** Once a batch for each instance, so that a home found stays right. */
    private void take(int instance) {
        PrefixSet.Levels levels = table.ipv4(instance);
        EidTable longest = levels.longest();
        batchInstance = instance;
        batchMask = levels.longestMask();
        batchBase = longest == null ? 0 : longest.base();
        batchShift = longest == null ? 0 : longest.hashShift();
        batchIsSmall = longest == null || longest.bytes() <= SMALL;
    }

    // --- for a loop over the IPv4 packets of one instance, which keeps these words

    /** Before {@link #base} and the others: what they are of. */
    public void standAt(int instance) {
        if (instance != batchInstance) {
            take(instance);
        }
    }

    public long base() {
        return batchBase == 0 ? EidTable.NOTHING : batchBase;
    }

    public int shift() {
        return batchBase == 0 ? EidTable.NOTHING_SHIFT : batchShift;
    }

    /** What of an address is its key. */
    public int mask() {
        return batchMask;
    }

    public ForwardingEntry[] entries() {
        return batchEntries;
    }

    /** Where {@code key} stands, or some other slot when it is not there or stands in front of its home, behind which the table ended. */
    public static long slot(long base, int shift, int key) {
        long home = EidTable.home(base, shift, key);
        // The one behind is found without a jump that nobody could predict: a fifth of the EIDs stand there.
        long differs = (UnsafeApi.getInt(home + EidTable.NARROW_KEY) ^ key) & 0xffff_ffffL;
        long slot = home + (-differs >>> 59 & EidTable.NARROW_SLOT);
        return UnsafeApi.getInt(slot + EidTable.NARROW_KEY) == key ? slot : further(slot, key);
    }

    /** An empty slot ends the search: there is one behind the last. */
    private static long further(long from, int key) {
        long slot = from;
        while (UnsafeApi.getInt(slot + EidTable.NARROW_INDEX) != EidTable.EMPTY
                && UnsafeApi.getInt(slot + EidTable.NARROW_KEY) != key) {
            slot += EidTable.NARROW_SLOT;
        }
        return slot;
    }

    /**
     * What {@link #slot} holds for {@code key}; {@link ForwardingEntry#NONE} when it holds nothing, and {@link #lookup} tells. Without a fence: the entry's
     * index leads to it, and what came after the batch began is left to {@link #lookup}.
     */
    public static ForwardingEntry entryAt(long slot, int key, ForwardingEntry[] entries) {
        // Below FIRST there is none. The key of a slot does not change, so it may be read by itself.
        int index = UnsafeApi.getInt(slot + EidTable.NARROW_INDEX);
        return UnsafeApi.getInt(slot + EidTable.NARROW_KEY) == key && index < entries.length
                ? entries[index]
                : ForwardingEntry.NONE;
    }

    /** Counts a packet for the EID at {@code slot}. */
    public static void count(long slot) {
        // Plain: a fence for each packet would cost more than the count, and the control thread may see it a little
        // late.
        long usage = slot + EidTable.NARROW_USAGE;
        UnsafeApi.putLong(usage, UnsafeApi.getLong(usage) + 1);
    }

    /** Reads where the search for the EIDs of a batch starts, so that the cache misses overlap: see {@link io.godwit.xtr.ring.Ipv4Batch}. */
    public static long touchHome(long base, int shift, int key) {
        return UnsafeApi.getLong(EidTable.home(base, shift, key));
    }

    /** Whether reading the table is cheap anyhow: of the instance that the batch before ended with. */
    public boolean isSmall() {
        return batchIsSmall;
    }

    /** After them. */
    public void end() {
        usage = 0;
        reader.end();
    }

    /** Index of an instance, or -1. */
    public int instanceIndex(int instanceId) {
        if (instanceId != lastInstanceId) {
            lastInstanceIndex = table.instanceIndex(instanceId);
            lastInstanceId = instanceId;
        }
        return lastInstanceIndex;
    }

    /**
     * Native address that the search for {@code address} starts at, 0 when there is none. Reading there, for all packets of a batch before any is
     * looked up, makes their cache misses overlap.
     */
    public long home(int instance, int address) {
        if (instance != batchInstance) {
            take(instance);
        }
        return batchBase == 0 ? 0 : EidTable.home(batchBase, batchShift, address & batchMask);
    }

    public long home(int instance, long high, long low) {
        PrefixSet.Levels levels = table.ipv6(instance);
        if (levels.longest() == null) {
            return 0;
        }
        int length = levels.lengths()[0];
        return levels.longest().home(high & highMask(length), low & lowMask(length));
    }

    /** Reads at the first {@code count} homes: so short a loop that the processor has many of its reads under way at a time. */
    public static long touch(long[] homes, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long home = homes[i];
            if (home != 0) {
                sum += UnsafeApi.getLong(home);
            }
        }
        return sum;
    }

    /**
     * The longest match when it stands at {@code home} or right behind, which it does most often; else null, and {@link #lookup} tells. The word is read
     * without a fence: the entry's index leads to it, and what came after the batch began is left to {@link #lookup}.
     */
    public @Nullable ForwardingEntry atHome(long home, int instance, int address) {
        if (home == 0) {
            return null;
        }
        if (instance != batchInstance) {
            take(instance);
        }
        int key = address & batchMask;
        long slot = slot(batchBase, batchShift, key);
        ForwardingEntry entry = entryAt(slot, key, batchEntries);
        usage = slot + EidTable.NARROW_USAGE;
        return entry == ForwardingEntry.NONE ? null : entry;
    }

    /** Longest match, {@link ForwardingEntry#NONE} when nothing covers the address. */
    public ForwardingEntry lookup(int instance, int address) {
        PrefixSet.Levels levels = table.ipv4(instance);
        int[] lengths = levels.lengths();
        EidTable[] tables = levels.tables();
        for (int i = 0; i < lengths.length; i++) {
            long slot = tables[i].find(address & mask(lengths[i]));
            int index = slot == 0 ? EidTable.REMOVED : tables[i].index(slot);
            if (index > EidTable.REMOVED) {
                usage = tables[i].usage(slot);
                return table.entry(index);
            }
        }
        usage = 0;
        return ForwardingEntry.NONE;
    }

    public ForwardingEntry lookup(int instance, long high, long low) {
        PrefixSet.Levels levels = table.ipv6(instance);
        int[] lengths = levels.lengths();
        EidTable[] tables = levels.tables();
        for (int i = 0; i < lengths.length; i++) {
            long slot = tables[i].find(high & highMask(lengths[i]), low & lowMask(lengths[i]));
            int index = slot == 0 ? EidTable.REMOVED : tables[i].index(slot);
            if (index > EidTable.REMOVED) {
                usage = tables[i].usage(slot);
                return table.entry(index);
            }
        }
        usage = 0;
        return ForwardingEntry.NONE;
    }

    /** Of either family; an IPv4 address stands in the low 32 bits. */
    public ForwardingEntry lookup(int instance, boolean ipv6, long high, long low) {
        return ipv6 ? lookup(instance, high, low) : lookup(instance, (int) low);
    }

    /** Counts a packet for the EID found last. */
    public void countPacket() {
        if (usage != 0) {
            count(usage - EidTable.NARROW_USAGE);
        }
    }

    /** When the local EID found last was put, in the milliseconds given there. */
    public long localSince() {
        return usage == 0 ? Long.MIN_VALUE / 2 : UnsafeApi.getLongOpaque(null, usage);
    }

    static int mask(int length) {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    private static long highMask(int length) {
        return length == 0 ? 0 : length >= 64 ? -1 : -1L << (64 - length);
    }

    private static long lowMask(int length) {
        return length <= 64 ? 0 : -1L << (128 - length);
    }
}
