@NullMarked
package io.godwit.xtr.control.path;

import org.jspecify.annotations.NullMarked;
