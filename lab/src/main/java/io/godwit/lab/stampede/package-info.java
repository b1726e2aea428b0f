/** {@code lab/stampede}: fast flows, many hosts at once and many subscribed ITRs across moves of hosts between two clouds. */
@NullMarked
package io.godwit.lab.stampede;

import org.jspecify.annotations.NullMarked;
