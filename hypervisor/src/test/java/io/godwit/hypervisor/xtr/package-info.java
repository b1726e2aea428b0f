/** How the agent talks to the xTR. */
@NullMarked
package io.godwit.hypervisor.xtr;

import org.jspecify.annotations.NullMarked;
