/** From what a hypervisor does to the phases of a move. */
@NullMarked
package io.godwit.hypervisor.agent;

import org.jspecify.annotations.NullMarked;
