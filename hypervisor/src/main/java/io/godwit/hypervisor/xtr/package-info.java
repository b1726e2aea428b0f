/** The xTR beside the hypervisor, by its management API. */
@NullMarked
package io.godwit.hypervisor.xtr;

import org.jspecify.annotations.NullMarked;
