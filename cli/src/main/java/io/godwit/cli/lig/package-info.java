/** The LISP Internet Groper (RFC 6835): asks the mapping system as an ITR does. */
@NullMarked
package io.godwit.cli.lig;

import org.jspecify.annotations.NullMarked;
