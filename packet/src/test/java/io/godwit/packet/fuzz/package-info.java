/** Coverage-guided fuzzing of the decoders: with the kept inputs in every build, at length by bench/fuzz. */
@NullMarked
package io.godwit.packet.fuzz;

import org.jspecify.annotations.NullMarked;
