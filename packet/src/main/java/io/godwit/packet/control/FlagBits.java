package io.godwit.packet.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Between the flags of a header word and a set of an enum, without allocating: all sets are made beforehand. */
final class FlagBits<E extends Enum<E>> {
    private final E[] flags;
    private final int[] masks;
    private final int all;
    /** By the bits of {@link #all} moved together. */
    private final List<Set<E>> sets;

    /** {@code masks} in the order of the enum's constants. */
    FlagBits(Class<E> type, int... masks) {
        this.flags = type.getEnumConstants();
        this.masks = masks.clone();
        this.all = Arrays.stream(masks).reduce(0, (a, b) -> a | b);
        this.sets = new ArrayList<>(1 << flags.length);
        for (int index = 0; index < 1 << flags.length; index++) {
            sets.add(setOf(type, Integer.expand(index, all)));
        }
    }

    private Set<E> setOf(Class<E> type, int word) {
        EnumSet<E> set = EnumSet.noneOf(type);
        for (int i = 0; i < flags.length; i++) {
            if ((word & masks[i]) != 0) {
                set.add(flags[i]);
            }
        }
        return Set.copyOf(set);
    }

    Set<E> read(int word) {
        return sets.get(Integer.compress(word, all));
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
