/** A move in memory when the process starts, so that no real one is the first. */
@NullMarked
package io.godwit.xtr.rehearsal;

import org.jspecify.annotations.NullMarked;
