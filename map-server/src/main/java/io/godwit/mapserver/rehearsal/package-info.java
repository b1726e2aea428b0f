/** What a map-server does when many EIDs move, done once before anybody waits for it. */
@NullMarked
package io.godwit.mapserver.rehearsal;

import org.jspecify.annotations.NullMarked;
