/** The messages of refresh sessions between xTRs and map-servers: docs/REFRESH-SESSIONS.md. */
@NullMarked
package io.godwit.mapping.session;

import org.jspecify.annotations.NullMarked;
