package io.godwit.xtr.control.itr;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.fib.Forwarding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What many mappings have in common: the EIDs of a site have the same locators, so these and what follows from them are kept once for
 * those learned lately. Bounded: the one not asked for longest is forgotten, and with it only that it could be shared.
 */
final class Bindings {
    private static final int MAX_KNOWN = 4_096;
    private static final float LOAD_FACTOR = 0.75f;

    /** @param locators as the Map-Reply listed them */
    record Binding(List<RlocRecord> locators, Action action, Forwarding forwarding) {}

    private static final class Known {
        private final Binding binding;
        /** The EID-prefix that was learned with it last. */
        private EidPrefix latest;

        Known(Binding binding, EidPrefix latest) {
            this.binding = binding;
            this.latest = latest;
        }
    }

    private record Key(List<RlocRecord> locators, Action action, int mapVersion) {}

    private final Function<EidRecord, Forwarding> rules;
    private final Map<Key, Known> known = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    /** @param rules what a record wants done, by its locators, its action and its map-version alone */
    Bindings(Function<EidRecord, Forwarding> rules) {
        this.rules = rules;
    }

    Binding of(EidPrefix eid, EidRecord eidRecord) {
        Known one = known.computeIfAbsent(
                new Key(eidRecord.locators(), eidRecord.action(), eidRecord.mapVersion()),
                key -> new Known(new Binding(key.locators(), key.action(), rules.apply(eidRecord)), eid));
        one.latest = eid;
        return one.binding;
    }

    /** Each with the EID-prefix that was learned with it last. */
    void forEach(BiConsumer<EidPrefix, Binding> consumer) {
        known.values().forEach(one -> consumer.accept(one.latest, one.binding));
    }

    int size() {
        return known.size();
    }
}
