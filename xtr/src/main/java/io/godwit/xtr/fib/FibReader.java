package io.godwit.xtr.fib;

import org.agrona.UnsafeApi;

/**
 * One data thread's view of the {@link ForwardingTable}. Lookups stand between {@link #begin} and {@link #end}; entries found may be kept
 * longer. Hot: no allocation, no locks.
 */
public final class FibReader {
    private final ForwardingTable table;
    private final Epochs epochs;
    private final Epochs.Reader reader;
    private long usage;

    FibReader(ForwardingTable table, Epochs.Reader reader) {
        this.table = table;
        this.epochs = table.epochs();
        this.reader = reader;
    }

    /** Before the lookups of a batch. */
    public void begin() {
        reader.begin(epochs);
    }

    /** After them. */
    public void end() {
        usage = 0;
        reader.end();
    }

    /** Index of an instance, or -1. */
    public int instanceIndex(int instanceId) {
        return table.instanceIndex(instanceId);
    }

    /** Reads where the longest match would be, for all packets of a batch before any is looked up: the cache misses overlap. */
    public long touch(int instance, int address) {
        PrefixSet.Levels levels = table.ipv4(instance);
        return levels.lengths().length == 0
                ? 0
                : UnsafeApi.getLong(levels.tables()[0].home(address & mask(levels.lengths()[0])));
    }

    public long touch(int instance, long high, long low) {
        PrefixSet.Levels levels = table.ipv6(instance);
        if (levels.lengths().length == 0) {
            return 0;
        }
        int length = levels.lengths()[0];
        return UnsafeApi.getLong(levels.tables()[0].home(high & highMask(length), low & lowMask(length)));
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
            UnsafeApi.putLongOpaque(null, usage, UnsafeApi.getLongOpaque(null, usage) + 1);
        }
    }

    /** When the local EID found last was put, in the milliseconds given there. */
    public long localSince() {
        return usage == 0 ? Long.MIN_VALUE / 2 : UnsafeApi.getLongOpaque(null, usage);
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    private static long highMask(int length) {
        return length == 0 ? 0 : length >= 64 ? -1 : -1L << (64 - length);
    }

    private static long lowMask(int length) {
        return length <= 64 ? 0 : -1L << (128 - length);
    }
}
