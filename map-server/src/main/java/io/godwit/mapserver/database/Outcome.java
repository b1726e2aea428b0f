package io.godwit.mapserver.database;

/** What became of a record of a Map-Register. */
public sealed interface Outcome {
    /** Stored. */
    record Accepted(int entry) implements Outcome {}

    /** Withdrawn, or not there to begin with. */
    record Withdrawn() implements Outcome {}

    /** From an xTR that lost the EID-prefix to the one in {@code mapping} and has not said yet that it knows. */
    record Stale(Mapping mapping, Departure departure) implements Outcome {}

    /** No room for another EID-prefix. */
    record Full() implements Outcome {}
}
