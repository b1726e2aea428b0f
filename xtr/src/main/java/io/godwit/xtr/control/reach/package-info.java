/** Which RLOCs of other sites answer: RLOC-probing (RFC 9301 section 7.1). */
@NullMarked
package io.godwit.xtr.control.reach;

import org.jspecify.annotations.NullMarked;
