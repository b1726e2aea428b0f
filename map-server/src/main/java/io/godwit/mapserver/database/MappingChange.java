package io.godwit.mapserver.database;

import io.godwit.packet.control.RlocRecord;
import java.util.List;

/**
 * A change of the mapping database.
 *
 * @param mapping as it is after the change; without contributions when it is gone
 * @param before locators before, empty for a new one
 * @param by whose Map-Register, or whose silence, caused it
 * @param departed xTRs that lost the EID-prefix by it
 */
public record MappingChange(
        Kind kind, Mapping mapping, List<RlocRecord> before, Registrant by, List<Departure> departed) {
    public enum Kind {
        /** First registered. */
        REGISTERED,
        /** Another xTR has it now. */
        MOVED,
        /** Other locators, without a move. */
        CHANGED,
        /** Taken back by the last xTR that had it. */
        WITHDRAWN,
        /** Not refreshed in time. */
        EXPIRED
    }

    public List<RlocRecord> after() {
        return mapping.view().locators();
    }
}
