/** Waiting for descriptors. */
@NullMarked
package io.godwit.linux.poll;

import org.jspecify.annotations.NullMarked;
