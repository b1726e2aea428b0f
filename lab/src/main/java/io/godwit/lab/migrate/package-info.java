/** {@code lab/migrate}: a real guest of QEMU moves between two clouds while traffic runs. */
@NullMarked
package io.godwit.lab.migrate;

import org.jspecify.annotations.NullMarked;
