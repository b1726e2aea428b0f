/** EIDs that come and go: their states, what moves them from one to the next, and what follows from each. */
@NullMarked
package io.godwit.xtr.control.mobility;

import org.jspecify.annotations.NullMarked;
