package io.godwit.mapserver.subscribe;

import io.godwit.packet.address.Octets;
import io.godwit.packet.control.EcmAuthentication;
import java.util.LinkedHashSet;
import java.util.Optional;

/** The one-time keys of LISP-SEC that subscriptions came with: one that is used again is refused (RFC 9437 section 7.1). */
final class OneTimeKeys {
    private static final int CAPACITY = 65_536;

    private final LinkedHashSet<Octets> used = new LinkedHashSet<>();

    /** Whether the request came without a one-time key, or with one not seen before; the oldest are forgotten. */
    boolean isFresh(Optional<EcmAuthentication> security) {
        if (security.isEmpty() || !(security.get() instanceof EcmAuthentication.LispSec protection)) {
            return true;
        }
        if (used.size() >= CAPACITY) {
            used.removeFirst();
        }
        return used.add(protection.key());
    }
}
