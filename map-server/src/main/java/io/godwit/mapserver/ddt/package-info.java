/** The DDT node in the map-server's process (RFC 8111): says to whom EID-prefixes are delegated. */
@NullMarked
package io.godwit.mapserver.ddt;

import org.jspecify.annotations.NullMarked;
