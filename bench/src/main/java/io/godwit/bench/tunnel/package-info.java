/** The tunnel on wires: network namespaces, host - router - router - host, beside kernel VXLAN and no tunnel. */
@NullMarked
package io.godwit.bench.tunnel;

import org.jspecify.annotations.NullMarked;
