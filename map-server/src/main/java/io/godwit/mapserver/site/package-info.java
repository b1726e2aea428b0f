/** Who may register what, and whom we refused. */
@NullMarked
package io.godwit.mapserver.site;

import org.jspecify.annotations.NullMarked;
