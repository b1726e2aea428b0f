package io.godwit.mapserver.database;

import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.ArrayList;
import java.util.List;

/** What a registration means for those that are there: they merge, share locators, or have lost the EID-prefix. */
final class Replacement {
    private Replacement() {}

    /** What stays beside {@code mine}, and it; tells which of the others lost the EID-prefix. */
    static List<Departure> replaceOthers(List<Contribution> before, Contribution mine, List<Contribution> after) {
        Registrant by = mine.registrant();
        List<Departure> departed = List.of();
        boolean placed = false;
        for (Contribution other : before) {
            Registrant registrant = other.registrant();
            if (registrant.xtr().equals(by.xtr())) {
                after.add(mine);
                placed = true;
            } else if (by.merge() && registrant.merge()) {
                after.add(other);
            } else if (!shareLocator(other.record(), mine.record())) {
                departed = departed.isEmpty() ? new ArrayList<>(1) : departed;
                departed.add(new Departure(registrant, other.record().locators()));
            }
        }
        if (!placed) {
            after.add(mine);
        }
        return departed;
    }

    /** xTRs of one site that do not merge each register all the site's locators: no move. */
    private static boolean shareLocator(EidRecord one, EidRecord other) {
        for (RlocRecord its : one.locators()) {
            for (RlocRecord others : other.locators()) {
                if (its.locator().equals(others.locator())) {
                    return true;
                }
            }
        }
        return false;
    }
}
