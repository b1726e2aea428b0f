/** Counters of the control plane, and a log of failures that cannot be flooded. */
@NullMarked
package io.godwit.daemon.observe;

import org.jspecify.annotations.NullMarked;
