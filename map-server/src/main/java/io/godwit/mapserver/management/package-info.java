/** What the management API shows. */
@NullMarked
package io.godwit.mapserver.management;

import org.jspecify.annotations.NullMarked;
