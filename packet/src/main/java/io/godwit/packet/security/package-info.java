/** LISP-SEC (RFC 9303): one-time keys, their wrapping, and the HMACs that protect a Map-Reply. Computation only. */
@NullMarked
package io.godwit.packet.security;

import org.jspecify.annotations.NullMarked;
