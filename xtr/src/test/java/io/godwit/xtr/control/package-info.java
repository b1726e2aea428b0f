@NullMarked
package io.godwit.xtr.control;

import org.jspecify.annotations.NullMarked;
