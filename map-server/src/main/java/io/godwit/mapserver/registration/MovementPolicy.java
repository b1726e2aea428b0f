package io.godwit.mapserver.registration;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Mapping;
import io.godwit.mapserver.database.Registrant;
import java.util.Optional;

/**
 * Decides whether an xTR may have an EID-prefix that it may register by its site's configuration. Asked for every authenticated record that
 * is no withdrawal, on the control thread; it must not block.
 */
@FunctionalInterface
public interface MovementPolicy {
    /** Whoever may register an EID-prefix may take it from others. */
    MovementPolicy ANY = (prefix, by, current) -> true;

    /** @param current who has it now; empty when nobody does */
    boolean mayTake(EidPrefix prefix, Registrant by, Optional<Mapping> current);
}
