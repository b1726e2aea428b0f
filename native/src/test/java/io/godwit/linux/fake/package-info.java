@NullMarked
package io.godwit.linux.fake;

import org.jspecify.annotations.NullMarked;
