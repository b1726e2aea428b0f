/** Where the map-servers are: as configured, or as DNS says. */
@NullMarked
package io.godwit.mapresolver.discovery;

import org.jspecify.annotations.NullMarked;
