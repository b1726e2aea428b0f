@NullMarked
package io.godwit.xtr;

import org.jspecify.annotations.NullMarked;
