@NullMarked
package io.godwit.linux;

import org.jspecify.annotations.NullMarked;
