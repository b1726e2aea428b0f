/** Signed permissions for moves, which xTRs and map-servers check alike. */
@NullMarked
package io.godwit.mapping.ticket;

import org.jspecify.annotations.NullMarked;
