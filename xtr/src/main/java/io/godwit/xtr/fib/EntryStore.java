package io.godwit.xtr.fib;

import io.godwit.packet.address.IpAddress;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The entries by index. Equal ones are kept once; {@link Forwarding.Expected} ones never are, since each has a state of its own. One writer;
 * readers see an entry before they can see its index.
 */
final class EntryStore {
    /** Places below stay {@link ForwardingEntry#NONE}. */
    private static final int FIRST = EidTable.REMOVED + 1;

    private record Key(int instanceId, Forwarding forwarding) {}

    private static final int LENGTH = 64;

    private final Epochs epochs;
    private final LocatorBook book;
    private final EntryRecords records;
    private final Map<Key, Integer> shared = new HashMap<>();
    /** Indexes. */
    private final BitSet taken = new BitSet(LENGTH);

    private volatile ForwardingEntry[] entries = filled(LENGTH);
    private Key[] keys = new Key[LENGTH];
    private int[] references = new int[LENGTH];
    /** None below is free. */
    private int lowest = FIRST;

    EntryStore(Epochs epochs, LocatorBook book) {
        this.epochs = epochs;
        this.book = book;
        this.records = new EntryRecords(epochs, LENGTH);
    }

    private static ForwardingEntry[] filled(int length) {
        ForwardingEntry[] fresh = new ForwardingEntry[length];
        Arrays.fill(fresh, ForwardingEntry.NONE);
        return fresh;
    }

    /** Reader. */
    ForwardingEntry get(int index) {
        return entries[index];
    }

    /** Reader: by index, as of now. */
    ForwardingEntry[] all() {
        return entries;
    }

    /** What a loop over a batch needs of them. */
    EntryRecords records() {
        return records;
    }

    /** One more reference to the entry for {@code forwarding}; returns its index. */
    int acquire(int instanceId, Forwarding forwarding) {
        Key key = new Key(instanceId, forwarding);
        Integer known = forwarding instanceof Forwarding.Expected ? null : shared.get(key);
        int index = known == null ? add(key) : known;
        references[index]++;
        return index;
    }

    private int add(Key key) {
        int index = taken.nextClearBit(lowest);
        if (index == entries.length) {
            resize(index * 2);
        }
        taken.set(index);
        lowest = index + 1;
        ForwardingEntry entry = ForwardingEntry.of(key.instanceId, key.forwarding, book);
        entries[index] = entry;
        keys[index] = key;
        records.write(index, entry);
        open(index, entry);
        if (!(key.forwarding instanceof Forwarding.Expected)) {
            shared.put(key, index);
        }
        return index;
    }

    private void resize(int length) {
        ForwardingEntry[] resized = filled(length);
        System.arraycopy(entries, 0, resized, 0, Math.min(length, entries.length));
        entries = resized;
        keys = Arrays.copyOf(keys, length);
        references = Arrays.copyOf(references, length);
        records.resize(length);
    }

    /** One reference less; the last one gives the index back when no reader can hold it. */
    void release(int index) {
        if (--references[index] == 0) {
            shared.remove(keys[index], index);
            epochs.retire(() -> {
                leave(index, entries[index]);
                records.clear(index);
                entries[index] = ForwardingEntry.NONE;
                taken.clear(index);
                lowest = Math.min(lowest, index);
                shrink();
            });
        }
    }

    private void shrink() {
        int length = entries.length;
        while (length > LENGTH && taken.length() <= length / 4) {
            length /= 2;
        }
        if (length < entries.length) {
            resize(length);
        }
    }

    private void open(int index, ForwardingEntry entry) {
        if (entry.plainName() != 0) {
            entry.singleUse().join(records, index);
            records.open(index, entry);
        }
    }

    private void leave(int index, ForwardingEntry entry) {
        if (entry.plainName() != 0) {
            entry.singleUse().leave(records, index);
        }
    }

    /** Chooses anew among the locators of every entry that names {@code address}. */
    void reconsider(IpAddress address) {
        long high = ForwardingEntry.high(address);
        long low = ForwardingEntry.low(address);
        for (Map.Entry<Key, Integer> each : shared.entrySet()) {
            int index = each.getValue();
            if (entries[index].lists(high, low)) {
                replace(index, ForwardingEntry.of(each.getKey().instanceId, each.getKey().forwarding, book));
            }
        }
    }

    /**
     * The record is closed, written when nobody reads it any more, and opened when nobody reads it as it was: so none is seen that is half of one entry and
     * half of the other. Packets go through the stages meanwhile.
     */
    private void replace(int index, ForwardingEntry fresh) {
        ForwardingEntry before = entries[index];
        entries[index] = fresh;
        records.close(index);
        epochs.retire(() -> {
            leave(index, before);
            if (isStill(index, fresh)) {
                records.write(index, fresh);
                epochs.retire(() -> {
                    if (isStill(index, fresh)) {
                        open(index, fresh);
                    }
                });
            }
        });
    }

    /** The index may have been given back since, and its place as well. */
    private boolean isStill(int index, ForwardingEntry entry) {
        return index < entries.length && entries[index] == entry;
    }

    int size() {
        return taken.cardinality();
    }
}
