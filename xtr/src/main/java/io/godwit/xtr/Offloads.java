package io.godwit.xtr;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What the kernel was asked to do for many packets at once, and what it refused: each refusal is logged once, when it is seen first. */
final class Offloads {
    private record Offload(String sentence, BooleanSupplier works) {}

    private final Consumer<String> log;
    private final List<Offload> offloads = new ArrayList<>();
    private final Set<String> logged = new HashSet<>();

    Offloads(Consumer<String> log) {
        this.log = log;
    }

    /**
     * @param sentence what it means that this does not work, and why it may be
     * @param works from any thread
     */
    void add(String sentence, BooleanSupplier works) {
        offloads.add(new Offload(sentence, works));
    }

    /** A sentence for each that was refused. */
    List<String> refused() {
        return offloads.stream()
                .filter(offload -> !offload.works.getAsBoolean())
                .map(Offload::sentence)
                .distinct()
                .toList();
    }

    synchronized void log() {
        for (String sentence : refused()) {
            if (logged.add(sentence)) {
                log.accept(sentence);
            }
        }
    }
}
