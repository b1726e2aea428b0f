/** Linux as the tunnel router needs it. Interfaces here; the real thing in LinuxNetwork, the in-memory one in io.godwit.linux.fake. */
@NullMarked
package io.godwit.linux;

import org.jspecify.annotations.NullMarked;
