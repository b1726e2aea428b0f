/** The mapping system measured: registers, requests, moves, memory, expiry, in process and over UDP. */
@NullMarked
package io.godwit.bench.mapping;

import org.jspecify.annotations.NullMarked;
