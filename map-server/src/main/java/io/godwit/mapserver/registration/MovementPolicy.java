package io.godwit.mapserver.registration;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.MappingChange;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.site.Site;
import io.godwit.packet.control.EidRecord;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a site may have an EID-prefix that belongs to another. Asked on the control thread, for authenticated records alone; it must
 * not block.
 */
public interface MovementPolicy {
    /** No site may have what belongs to another. */
    MovementPolicy NONE = new MovementPolicy() {
        @Override
        public List<Site> hosts() {
            return List.of();
        }

        @Override
        public Optional<String> refusal(EidPrefix prefix, Registrant by, EidRecord record, Optional<Mapping> current) {
            return Optional.of("there are no rules");
        }
    };

    /** Sites that may have something of another at some time, under some condition. */
    List<Site> hosts();

    /**
     * Why one of {@link #hosts} may not have it now; empty when it may, and then {@link #take} follows when it gets it.
     *
     * @param record what it wants to register, which is no withdrawal
     * @param current who has it now; empty when nobody does
     */
    Optional<String> refusal(EidPrefix prefix, Registrant by, EidRecord record, Optional<Mapping> current);

    /**
     * It gets it: what permits that is used up. In a cluster time has passed since {@link #refusal}, perhaps at another member: why it may
     * not have it after all is the same on every member then.
     *
     * @param epochMillis when it was agreed on
     */
    default Optional<String> take(
            EidPrefix prefix, Registrant by, EidRecord record, Optional<Mapping> current, long epochMillis) {
        return Optional.empty();
    }

    /** Is told of every change of the mapping database. */
    default void onChange(MappingChange change) {}
}
