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
    private long batchRecords;
    private int batchRecordCount;
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
        EntryRecords.Slab slab = table.records();
        batchRecords = slab.base();
        batchRecordCount = slab.limit();
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

    /** Where {@link #record}s stand. */
    public long records() {
        return batchRecords;
    }

    /** How many do. */
    public int recordCount() {
        return batchRecordCount;
    }

    /** Where the search for {@code key} starts. Reading there for all packets of a batch before any is looked up makes the cache misses overlap. */
    public static long home(long base, int shift, int key) {
        return EidTable.home(base, shift, key);
    }

    /**
     * Where {@code key} stands, its search starting at {@code home}; an empty place that stays so when it is not there or stands in front of its home, behind
     * which the table ended. The slot's key never changes.
     */
    public static long slot(long home, int key) {
        // The one behind is found without a jump that nobody could predict: a fifth of the EIDs stand there.
        long differs = (UnsafeApi.getLong(home) >>> 32) ^ (key & 0xffff_ffffL);
        long slot = home + (-differs >>> 59 & EidTable.NARROW_SLOT);
        // An empty slot that looks like key 0 leads to no entry, as one further on would.
        return (int) (UnsafeApi.getLong(slot) >>> 32) == key ? slot : further(slot, key);
    }

    /** An empty slot ends the search: there is one behind the last. */
    private static long further(long from, int key) {
        long slot = from;
        long word = UnsafeApi.getLong(slot);
        while (word != EidTable.EMPTY) {
            slot += EidTable.NARROW_SLOT;
            word = UnsafeApi.getLong(slot);
            if ((int) (word >>> 32) == key && word != EidTable.EMPTY) {
                return slot;
            }
        }
        return EidTable.NOTHING;
    }

    private static ForwardingEntry entryAt(long slot, ForwardingEntry[] entries) {
        // Below FIRST there is none.
        int index = (int) UnsafeApi.getLong(slot);
        return index < entries.length ? entries[index] : ForwardingEntry.NONE;
    }

    /**
     * Where the entry that {@link #slot} leads to is recorded, for the static methods below. When it leads to none, to one that came after the batch began,
     * or to one that asks for more, the record says so, and {@link #lookup} tells. Without a fence: the index leads there.
     */
    public static long record(long slot, long records, int count) {
        int index = (int) UnsafeApi.getLong(slot);
        return records + ((long) (index < count ? index : EidTable.EMPTY) << EntryRecords.SHIFT);
    }

    /** Where packets from the site go when that is one IPv4 locator, whatever the packet: see {@link io.godwit.linux.UdpSenders#ipv4Name}; else 0. */
    public static long plainName(long record) {
        return UnsafeApi.getLong(record + EntryRecords.NAME);
    }

    /** Of a record with a {@link #plainName}: the LISP header, in the machine's order. */
    public static long plainHeader(long record) {
        return UnsafeApi.getLong(record + EntryRecords.HEADER);
    }

    /** Of the same: octets of the largest inner IPv4 packet that may go there with that header, -1 when none may. */
    public static int plainLength(long record) {
        return UnsafeApi.getInt(record + EntryRecords.PLAIN_LENGTH);
    }

    /** Notes that the locator of the same was encapsulated to. Costs a store at most once a millisecond. */
    public static void touch(long record, long nowMillis) {
        if (UnsafeApi.getLong(record + EntryRecords.LAST_USED) != nowMillis) {
            UnsafeApi.putLong(record + EntryRecords.LAST_USED, nowMillis);
        }
    }

    /** Whether the EID is at this site. */
    public static boolean isLocal(long record) {
        return UnsafeApi.getInt(record + EntryRecords.KIND) == ForwardingEntry.LOCAL;
    }

    /** Counts a packet for the EID at {@code slot}. */
    public static void count(long slot) {
        // Plain: a fence for each packet would cost more than the count, and the control thread may see it a little
        // late.
        long usage = slot + EidTable.NARROW_USAGE;
        UnsafeApi.putLong(usage, UnsafeApi.getLong(usage) + 1);
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
        long slot = slot(home(base(), shift(), key), key);
        ForwardingEntry entry = entryAt(slot, batchEntries);
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
