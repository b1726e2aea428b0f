/** The forwarding path without the kernel: clocks a packet, and lookups a second. */
@NullMarked
package io.godwit.bench.forward;

import org.jspecify.annotations.NullMarked;
