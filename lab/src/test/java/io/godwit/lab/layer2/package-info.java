/** Layer-2 instances: xTRs with their forwarding paths and a map-server in one process, and bridges in network namespaces. */
@NullMarked
package io.godwit.lab.layer2;

import org.jspecify.annotations.NullMarked;
