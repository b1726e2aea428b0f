/** EID-prefixes, tables with longest-prefix match, expiry. Single-threaded, injected clocks, no I/O. */
@NullMarked
package io.godwit.mapping;

import org.jspecify.annotations.NullMarked;
