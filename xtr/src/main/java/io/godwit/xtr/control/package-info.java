/** The control plane of the tunnel router: agents on one thread, and its management API. */
@NullMarked
package io.godwit.xtr.control;

import org.jspecify.annotations.NullMarked;
