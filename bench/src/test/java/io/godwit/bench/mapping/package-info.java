@NullMarked
package io.godwit.bench.mapping;

import org.jspecify.annotations.NullMarked;
