package io.godwit.mapserver.database;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.EidRecord;
import io.godwit.packet.control.RlocRecord;
import java.util.List;

/**
 * An EID-prefix, who registered it, and what that amounts to, as it stood when it was asked for.
 *
 * @param sinceNanos first registered, on the control thread's clock
 * @param epoch how often it was registered or moved: grows as long as somebody has it, and never names two bindings
 * @param contributions one, or several that merge; none when nobody has it any more
 * @param departures xTRs that lost this EID-prefix and have not acknowledged that they know
 * @param view what a proxy reply says (RFC 9301 section 8.3): the locators of all contributions in order, not authoritative, none of them
 *     local, with the shortest of the TTLs
 */
public record Mapping(
        EidPrefix prefix,
        long sinceNanos,
        int epoch,
        List<Contribution> contributions,
        List<Departure> departures,
        EidRecord view) {

    /** What several contributions, or none, amount to. */
    static EidRecord merged(EidPrefix prefix, List<Contribution> contributions) {
        int ttl = contributions.isEmpty() ? 0 : -1;
        int version = 0;
        for (Contribution contribution : contributions) {
            EidRecord record = contribution.record();
            ttl = Integer.compareUnsigned(record.ttlMinutes(), ttl) < 0 ? record.ttlMinutes() : ttl;
            version = record.mapVersion();
        }
        List<RlocRecord> locators = ProxyLocators.of(
                contributions.stream().map(one -> one.record().locators()).toList());
        return new EidRecord(ttl, prefix.length(), Action.NO_ACTION, false, version, prefix.toAddress(), locators);
    }

    /** Whether any xTR asked for proxy replies. */
    public boolean proxyReply() {
        for (Contribution contribution : contributions) {
            if (contribution.registrant().proxyReply()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the xTR lost this EID-prefix and has not said that it knows. */
    public boolean isDeparted(XtrKey xtr) {
        return departures.stream()
                .anyMatch(departure -> departure.registrant().xtr().equals(xtr));
    }
}
