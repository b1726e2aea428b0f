/** TUN devices: packets to and from the host's IP stack, one read or write for a whole super-packet. */
@NullMarked
package io.godwit.linux.tun;

import org.jspecify.annotations.NullMarked;
