package io.godwit.xtr.fib;

import io.godwit.packet.address.IpAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.IntArrayList;

/**
 * The entries by index. Equal ones are kept once; {@link Forwarding.Expected} ones never are, since each has a state of its own. One writer;
 * readers see an entry before they can see its index.
 */
final class EntryStore {
    /** Places below stay {@link ForwardingEntry#NONE}. */
    private static final int FIRST = EidTable.REMOVED + 1;

    private record Key(int instanceId, Forwarding forwarding) {}

    private final Epochs epochs;
    private final LocatorBook book;
    private final Map<Key, Integer> shared = new HashMap<>();
    private final IntArrayList free = new IntArrayList();
    private volatile ForwardingEntry[] entries = filled(64);
    private Key[] keys = new Key[64];
    private int[] references = new int[64];
    private int next = FIRST;

    EntryStore(Epochs epochs, LocatorBook book) {
        this.epochs = epochs;
        this.book = book;
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

    /** One more reference to the entry for {@code forwarding}; returns its index. */
    int acquire(int instanceId, Forwarding forwarding) {
        Key key = new Key(instanceId, forwarding);
        Integer known = forwarding instanceof Forwarding.Expected ? null : shared.get(key);
        int index = known == null ? add(key) : known;
        references[index]++;
        return index;
    }

    private int add(Key key) {
        int index = free.isEmpty() ? next++ : free.removeAt(free.size() - 1);
        if (index == entries.length) {
            grow(index * 2);
        }
        entries[index] = ForwardingEntry.of(key.instanceId, key.forwarding, book);
        keys[index] = key;
        if (!(key.forwarding instanceof Forwarding.Expected)) {
            shared.put(key, index);
        }
        return index;
    }

    private void grow(int length) {
        ForwardingEntry[] grown = filled(length);
        System.arraycopy(entries, 0, grown, 0, entries.length);
        entries = grown;
        keys = Arrays.copyOf(keys, length);
        references = Arrays.copyOf(references, length);
    }

    /** One reference less; the last one gives the index back when no reader can hold it. */
    void release(int index) {
        if (--references[index] == 0) {
            shared.remove(keys[index], index);
            epochs.retire(() -> {
                entries[index] = ForwardingEntry.NONE;
                free.addInt(index);
            });
        }
    }

    /** Chooses anew among the locators of every entry that names {@code address}. */
    void reconsider(IpAddress address) {
        long high = ForwardingEntry.high(address);
        long low = ForwardingEntry.low(address);
        for (Map.Entry<Key, Integer> each : shared.entrySet()) {
            int index = each.getValue();
            if (entries[index].lists(high, low)) {
                entries[index] = ForwardingEntry.of(each.getKey().instanceId, each.getKey().forwarding, book);
            }
        }
    }

    int size() {
        return next - FIRST - free.size();
    }
}
