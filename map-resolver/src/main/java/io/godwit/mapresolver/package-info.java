/** The map-resolver: encapsulated Map-Requests in, on to a map-server. Keeps nothing of them. */
@NullMarked
package io.godwit.mapresolver;

import org.jspecify.annotations.NullMarked;
