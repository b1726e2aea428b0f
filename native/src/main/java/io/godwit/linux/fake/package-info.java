/** In-memory TUN devices, sockets and routes with which two xTRs talk in one JVM. */
@NullMarked
package io.godwit.linux.fake;

import org.jspecify.annotations.NullMarked;
