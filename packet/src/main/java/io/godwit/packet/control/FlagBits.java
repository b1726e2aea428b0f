package io.godwit.packet.control;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Between the flags of a header word and a set of an enum, without allocating: all sets are made beforehand. */
final class FlagBits<E extends Enum<E>> {
    private final E[] flags;
    private final int[] masks;
    /** By the flags present, in the order of {@link #flags}. */
    private final List<Set<E>> sets;

    /** {@code masks} in the order of the enum's constants. */
    FlagBits(Class<E> type, int... masks) {
        this.flags = type.getEnumConstants();
        this.masks = masks.clone();
        this.sets = new ArrayList<>(1 << flags.length);
        for (int index = 0; index < 1 << flags.length; index++) {
            EnumSet<E> set = EnumSet.noneOf(type);
            for (int i = 0; i < flags.length; i++) {
                if ((index >>> i & 1) != 0) {
                    set.add(flags[i]);
                }
            }
            sets.add(Set.copyOf(set));
        }
    }

    Set<E> read(int word) {
        int index = 0;
        for (int i = 0; i < masks.length; i++) {
            index |= (word & masks[i]) == 0 ? 0 : 1 << i;
        }
        return sets.get(index);
    }

    int write(Set<E> present) {
        int word = 0;
        if (!present.isEmpty()) {
            for (int i = 0; i < flags.length; i++) {
                word |= present.contains(flags[i]) ? masks[i] : 0;
            }
        }
        return word;
    }
}
