/** What labs and benchmarks leave behind: result files, plots, and the page made of them. */
@NullMarked
package io.godwit.bench.report;

import org.jspecify.annotations.NullMarked;
