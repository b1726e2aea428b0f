/** Solicit-Map-Requests for ITRs that asked and did not subscribe. */
@NullMarked
package io.godwit.mapserver.solicit;

import org.jspecify.annotations.NullMarked;
