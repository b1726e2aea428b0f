@NullMarked
package io.godwit.mapserver.subscribe;

import org.jspecify.annotations.NullMarked;
