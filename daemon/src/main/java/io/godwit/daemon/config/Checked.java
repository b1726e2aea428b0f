package io.godwit.daemon.config;

/** A configuration record with rules that the JSON schema cannot say: run after the schema has passed. */
public interface Checked {
    void check(Problems problems);

    /** Where a rule reports what it finds. */
    interface Problems {
        /** @param path JSON pointer, relative to the record's own place */
        void add(String path, String message);

        /** For a nested record: a view whose paths are below {@code path}. */
        Problems at(String path);
    }
}
