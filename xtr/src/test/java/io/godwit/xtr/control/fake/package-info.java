/** A site, and those it talks to, in memory. */
@NullMarked
package io.godwit.xtr.control.fake;

import org.jspecify.annotations.NullMarked;
