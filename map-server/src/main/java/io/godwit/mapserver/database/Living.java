package io.godwit.mapserver.database;

/** Knows of xTRs that live, though they do not register again what they have registered. */
@FunctionalInterface
public interface Living {
    /** Who does not register does not live. */
    Living NOBODY = (by, registeredNanos) -> registeredNanos;

    /** When the xTR last said that what it registered at {@code registeredNanos} still holds. */
    long heard(Registrant by, long registeredNanos);
}
