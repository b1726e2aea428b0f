package io.godwit.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One name of {@code bench/run NAME}. */
public interface Benchmark {
    String name();

    /** One line for {@code bench/run --help}. */
    String summary();

    /** For how long, where that is a choice. Before {@link #run}. */
    default void seconds(int seconds) {
        throw new UnsupportedOperationException(name() + " takes as long as it takes: it has no --seconds");
    }

    /** Of which sizes, where that is a choice. Before {@link #run}. */
    default void sizes(List<String> names) {
        throw new UnsupportedOperationException(name() + " has no --sizes");
    }

    /** Gets what has been measured so far, again and again, so that a run that ends early is not lost. Before {@link #run}. */
    default void progress(Consumer<Outcome> listener) {}

    /**
     * Measures, printing a table as it goes.
     *
     * @param shortRun a minute at most: for trying out, not for publishing
     * @param plots folder for SVG plots
     */
    Outcome run(boolean shortRun, Path plots) throws Exception;

    /**
     * @param summary the figures, keyed as in targets.json
     * @param details anything else worth keeping; {@code plots} maps titles to file names in the plots folder
     */
    record Outcome(Map<String, Object> summary, Map<String, Object> details) {}
}
