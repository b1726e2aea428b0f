/** For tests of control planes: a network in memory and a clock that only the test moves. */
@NullMarked
package io.godwit.daemon.net.memory;

import org.jspecify.annotations.NullMarked;
