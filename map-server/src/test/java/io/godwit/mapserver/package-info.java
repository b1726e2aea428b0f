@NullMarked
package io.godwit.mapserver;

import org.jspecify.annotations.NullMarked;
