/** Sessions whose liveness keeps registrations: docs/REFRESH-SESSIONS.md. */
@NullMarked
package io.godwit.mapserver.session;

import org.jspecify.annotations.NullMarked;
