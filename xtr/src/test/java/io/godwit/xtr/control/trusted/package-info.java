@NullMarked
package io.godwit.xtr.control.trusted;

import org.jspecify.annotations.NullMarked;
