@NullMarked
package io.godwit.xtr.ring;

import org.jspecify.annotations.NullMarked;
