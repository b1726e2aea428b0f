/** What the data plane reads: forwarding entries by longest-prefix match. */
@NullMarked
package io.godwit.xtr.fib;

import org.jspecify.annotations.NullMarked;
