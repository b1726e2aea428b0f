@NullMarked
package io.godwit.testing;

import org.jspecify.annotations.NullMarked;
