package io.godwit.xtr.control.core;

import java.util.Locale;

/** Kinds of {@link Event}; the names are part of the management API. */
public enum EventKind {
    DETECTED,
    ARRIVED,
    MOVED_AWAY,
    WITHDRAWN,
    MOVE_PREPARED,
    MOVE_SWITCHED,
    MOVE_ARRIVING,
    MOVE_COMMITTED,
    MOVE_ROLLED_BACK,
    MOVE_EXPIRED,
    MOVE_REFUSED,
    MAP_CACHE_ADDED,
    MAP_CACHE_CHANGED,
    MAP_CACHE_REMOVED,
    MAP_REQUEST_UNANSWERED,
    SMR_SENT,
    SMR_RECEIVED,
    NOTIFY_RECEIVED,
    REGISTERED,
    REGISTRATION_REFUSED,
    REGISTRATION_SILENT,
    LOCATOR_DOWN,
    LOCATOR_UP,
    LOCATOR_DRAINED,
    LOCATOR_RESTORED,
    /** An RLOC of another site does not answer probes any more, or does again. */
    LOCATOR_SILENT,
    LOCATOR_ANSWERS;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String text() {
        return text;
    }
}
