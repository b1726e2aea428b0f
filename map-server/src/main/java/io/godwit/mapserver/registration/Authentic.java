package io.godwit.mapserver.registration;

import io.godwit.mapserver.database.Registrant;

/**
 * Whose a Map-Register is.
 *
 * @param repeated whether it is one of the last once more
 */
record Authentic(Registrant by, boolean repeated) {}
