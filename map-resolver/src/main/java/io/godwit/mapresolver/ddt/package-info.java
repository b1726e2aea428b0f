/** The client of the delegated database tree (RFC 8111): follows Map-Referrals from the root to a map-server. */
@NullMarked
package io.godwit.mapresolver.ddt;

import org.jspecify.annotations.NullMarked;
