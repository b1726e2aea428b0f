/** The QEMU Machine Protocol: monitors over Unix sockets. */
@NullMarked
package io.godwit.hypervisor.qmp;

import org.jspecify.annotations.NullMarked;
