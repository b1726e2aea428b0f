/** Map-Register in: authenticated, checked, stored, confirmed. */
@NullMarked
package io.godwit.mapserver.registration;

import org.jspecify.annotations.NullMarked;
