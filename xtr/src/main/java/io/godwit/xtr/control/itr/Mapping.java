package io.godwit.xtr.control.itr;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.control.Action;
import io.godwit.packet.control.RlocRecord;
import io.godwit.xtr.fib.Forwarding;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * An entry of the map-cache.
 *
 * @param locators as the Map-Reply listed them, usable or not
 * @param forwarding what the data plane was told
 * @param sinceMillis wall clock at which these locators were learned first
 * @param expiresNanos on the clock of {@link io.godwit.daemon.net.Timers#nanoTime}
 */
public record Mapping(
        EidPrefix eid,
        List<RlocRecord> locators,
        Action action,
        boolean authoritative,
        Forwarding forwarding,
        long sinceMillis,
        long expiresNanos) {

    /** {@code 192.0.2.1, 192.0.2.2}, or the action of a negative entry. */
    public String summary() {
        return locators.isEmpty()
                ? action.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : locators.stream().map(rloc -> rloc.locator().toString()).collect(Collectors.joining(", "));
    }
}
