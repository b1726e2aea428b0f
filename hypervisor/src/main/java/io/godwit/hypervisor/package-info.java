/** The agent beside a hypervisor. */
@NullMarked
package io.godwit.hypervisor;

import org.jspecify.annotations.NullMarked;
