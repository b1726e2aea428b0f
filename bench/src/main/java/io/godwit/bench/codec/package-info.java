/** The codec measured: decoding, encoding, authentication, and the reports of long fuzzing runs. */
@NullMarked
package io.godwit.bench.codec;

import org.jspecify.annotations.NullMarked;
