/** The tunnel router: wiring of the forwarding path and the control plane. */
@NullMarked
package io.godwit.xtr;

import org.jspecify.annotations.NullMarked;
