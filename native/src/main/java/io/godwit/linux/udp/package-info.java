/** UDP in batches: sendmmsg and recvmmsg over structures laid out once, UDP_SEGMENT and UDP_GRO where the kernel grants them. */
@NullMarked
package io.godwit.linux.udp;

import org.jspecify.annotations.NullMarked;
