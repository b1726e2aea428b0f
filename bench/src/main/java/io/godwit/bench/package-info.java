/** {@code bench/run}: the benchmarks by name. */
@NullMarked
package io.godwit.bench;

import org.jspecify.annotations.NullMarked;
