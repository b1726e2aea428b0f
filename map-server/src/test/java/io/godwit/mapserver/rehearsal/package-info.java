@NullMarked
package io.godwit.mapserver.rehearsal;

import org.jspecify.annotations.NullMarked;
