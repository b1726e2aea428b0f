/** An xTR and a map-server in one process. */
@NullMarked
package io.godwit.lab.session;

import org.jspecify.annotations.NullMarked;
