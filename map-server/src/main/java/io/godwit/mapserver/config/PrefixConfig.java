package io.godwit.mapserver.config;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.control.Action;

/**
 * An EID-prefix that a site may register.
 *
 * @param acceptMoreSpecifics also what lies within it: the hosts of a prefix whose hosts move
 * @param unregistered what an ITR is told to do with packets to what nobody has registered
 */
public record PrefixConfig(EidPrefix eid, boolean acceptMoreSpecifics, Unregistered unregistered) {
    /** Actions of a negative Map-Reply (RFC 9301 section 8.3), as the configuration file names them. */
    public enum Unregistered {
        NATIVELY_FORWARD(Action.NATIVELY_FORWARD),
        /** Nobody has it for a moment only: ask again. */
        SEND_MAP_REQUEST(Action.SEND_MAP_REQUEST),
        DROP(Action.DROP_NO_REASON),
        POLICY_DENIED(Action.DROP_POLICY_DENIED),
        AUTH_FAILURE(Action.DROP_AUTH_FAILURE);

        private final Action action;

        Unregistered(Action action) {
            this.action = action;
        }

        public Action action() {
            return action;
        }
    }

    public PrefixConfig(EidPrefix eid, boolean acceptMoreSpecifics) {
        this(eid, acceptMoreSpecifics, Unregistered.NATIVELY_FORWARD);
    }
}
