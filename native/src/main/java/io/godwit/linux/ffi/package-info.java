/**
 * The C library through JNR-FFI: the one door to the kernel.
 *
 * <p>Every pointer is a raw {@code long} and every argument a primitive, so a call allocates nothing, not even the first one. errno is
 * saved by the call stub before the thread returns to the JVM (reading {@code __errno_location} afterwards would be too late: a safepoint
 * may have changed it) and is fetched only after a failure.
 */
@NullMarked
package io.godwit.linux.ffi;

import org.jspecify.annotations.NullMarked;
