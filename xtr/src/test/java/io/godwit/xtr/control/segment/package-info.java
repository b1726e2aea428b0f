@NullMarked
package io.godwit.xtr.control.segment;

import org.jspecify.annotations.NullMarked;
