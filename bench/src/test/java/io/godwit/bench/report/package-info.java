@NullMarked
package io.godwit.bench.report;

import org.jspecify.annotations.NullMarked;
