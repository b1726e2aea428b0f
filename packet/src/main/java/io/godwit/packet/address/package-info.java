/** Addresses as LISP carries them: AFI-coded and LCAF (RFC 8060), with one canonical text form each. */
@NullMarked
package io.godwit.packet.address;

import org.jspecify.annotations.NullMarked;
