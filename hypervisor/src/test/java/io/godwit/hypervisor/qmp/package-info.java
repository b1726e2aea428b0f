@NullMarked
package io.godwit.hypervisor.qmp;

import org.jspecify.annotations.NullMarked;
