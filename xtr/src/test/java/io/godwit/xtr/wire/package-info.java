/** The router on the kernel's own sockets: what is on the wire, octet for octet. */
@NullMarked
package io.godwit.xtr.wire;

import org.jspecify.annotations.NullMarked;
