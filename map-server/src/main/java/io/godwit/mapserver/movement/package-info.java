/** Which EIDs other sites than their own may have: rules, move tickets, and what was decided. */
@NullMarked
package io.godwit.mapserver.movement;

import org.jspecify.annotations.NullMarked;
