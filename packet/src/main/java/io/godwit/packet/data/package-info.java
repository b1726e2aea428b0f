/** Stateless flyweights over the headers of the data plane: LISP, IPv4, IPv6, UDP, TCP, ICMP; checksums. */
@NullMarked
package io.godwit.packet.data;

import org.jspecify.annotations.NullMarked;
