package io.godwit.xtr.fib;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The EIDs of one (instance, family): a table for each prefix length in use, longest first. */
final class PrefixSet {
    /** What readers see: replaced as a whole when a length comes or goes, or a table grows or shrinks. */
    static final class Levels {
        private final int[] lengths;
        private final EidTable[] tables;
        private final @Nullable EidTable longest;
        private final int longestMask;

        Levels(int[] lengths, EidTable[] tables) {
            this.lengths = lengths;
            this.tables = tables;
            longest = tables.length == 0 ? null : tables[0];
            longestMask = lengths.length == 0 ? 0 : FibReader.mask(lengths[0]);
        }

        int[] lengths() {
            return lengths;
        }

        EidTable[] tables() {
            return tables;
        }

        /** The table of the longest prefix length in use: of the hosts, most often. */
        @Nullable
        EidTable longest() {
            return longest;
        }

        /** Of an IPv4 address under {@link #longest}. */
        int longestMask() {
            return longestMask;
        }
    }

    static final Levels NONE = new Levels(new int[0], new EidTable[0]);

    private final boolean wide;
    private final Consumer<EidTable> retire;
    private volatile Levels levels = NONE;

    /** @param retire takes a table that readers may still hold */
    PrefixSet(boolean wide, Consumer<EidTable> retire) {
        this.wide = wide;
        this.retire = retire;
    }

    Levels levels() {
        return levels;
    }

    /** Returns the entry index it had, or 0. */
    int put(long high, long low, int length, int index, long usage) {
        int level = level(length);
        if (level < 0) {
            level = insertLevel(length);
        } else if (levels.tables[level].isFull()) {
            rebuild(level);
        }
        return levels.tables[level].put(high, low, index, usage);
    }

    /** Returns the entry index it had, or 0. */
    int remove(long high, long low, int length) {
        int level = level(length);
        if (level < 0) {
            return 0;
        }
        EidTable table = levels.tables[level];
        int before = table.remove(high, low);
        if (table.size() == 0) {
            removeLevel(level);
        } else if (table.isSparse()) {
            rebuild(level);
        }
        return before;
    }

    /** Address of the usage word of exactly this prefix, or 0. */
    long usage(long high, long low, int length) {
        int level = level(length);
        if (level < 0) {
            return 0;
        }
        EidTable table = levels.tables[level];
        long slot = table.findKey(high, low);
        return slot == 0 || table.index(slot) <= EidTable.REMOVED ? 0 : table.usage(slot);
    }

    private int level(int length) {
        int[] lengths = levels.lengths;
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] == length) {
                return i;
            }
        }
        return -1;
    }

    private int insertLevel(int length) {
        Levels old = levels;
        int at = 0;
        while (at < old.lengths.length && old.lengths[at] > length) {
            at++;
        }
        int[] lengths = new int[old.lengths.length + 1];
        EidTable[] tables = new EidTable[lengths.length];
        System.arraycopy(old.lengths, 0, lengths, 0, at);
        System.arraycopy(old.tables, 0, tables, 0, at);
        System.arraycopy(old.lengths, at, lengths, at + 1, old.lengths.length - at);
        System.arraycopy(old.tables, at, tables, at + 1, old.tables.length - at);
        lengths[at] = length;
        tables[at] = new EidTable(wide);
        levels = new Levels(lengths, tables);
        return at;
    }

    private void removeLevel(int at) {
        Levels old = levels;
        int[] lengths = new int[old.lengths.length - 1];
        EidTable[] tables = new EidTable[lengths.length];
        System.arraycopy(old.lengths, 0, lengths, 0, at);
        System.arraycopy(old.tables, 0, tables, 0, at);
        System.arraycopy(old.lengths, at + 1, lengths, at, lengths.length - at);
        System.arraycopy(old.tables, at + 1, tables, at, lengths.length - at);
        levels = new Levels(lengths, tables);
        retire.accept(old.tables[at]);
    }

    private void rebuild(int at) {
        Levels old = levels;
        EidTable[] tables = old.tables.clone();
        tables[at] = old.tables[at].rebuilt();
        levels = new Levels(old.lengths, tables);
        retire.accept(old.tables[at]);
    }

    int size() {
        int size = 0;
        for (EidTable table : levels.tables) {
            size += table.size();
        }
        return size;
    }

    long bytes() {
        long bytes = 0;
        for (EidTable table : levels.tables) {
            bytes += table.bytes();
        }
        return bytes;
    }

    /** Frees everything; only when no reader is left. */
    void free() {
        for (EidTable table : levels.tables) {
            table.free();
        }
        levels = NONE;
    }
}
