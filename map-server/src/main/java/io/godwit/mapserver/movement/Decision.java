package io.godwit.mapserver.movement;

import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Registrant;
import io.godwit.packet.control.RlocRecord;
import java.util.List;

/**
 * Whether a site got an EID-prefix of another.
 *
 * @param why the rule, or what is against it
 * @param before locators of who has it
 * @param wanted locators of who asked for it
 * @param epoch of the mapping as it was before
 */
public record Decision(
        EidPrefix prefix,
        boolean allowed,
        String why,
        List<RlocRecord> before,
        List<RlocRecord> wanted,
        Registrant by,
        int epoch) {}
