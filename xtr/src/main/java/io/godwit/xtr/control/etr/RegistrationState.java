package io.godwit.xtr.control.etr;

import java.util.Locale;

/** What is known of one EID-prefix at one map-server. */
public enum RegistrationState {
    /** Sent, not confirmed yet. */
    PENDING,
    REGISTERED,
    /** The map-server confirms others but not this one. */
    REFUSED,
    /** The map-server does not answer: not reachable, or it does not accept the key. */
    SILENT;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
