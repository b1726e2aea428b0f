/** What survives a crash of the map-server: registrations and nonces, in memory-mapped files. */
@NullMarked
package io.godwit.mapserver.state;

import org.jspecify.annotations.NullMarked;
