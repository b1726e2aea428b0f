/** Hosts of one subnet at different sites: each finds the others at the gateway's MAC. */
@NullMarked
package io.godwit.xtr.control.neighbour;

import org.jspecify.annotations.NullMarked;
