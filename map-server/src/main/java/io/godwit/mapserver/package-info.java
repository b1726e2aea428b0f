/** The map-server: registrations in, replies and notifications out. One control thread owns everything. */
@NullMarked
package io.godwit.mapserver;

import org.jspecify.annotations.NullMarked;
