@NullMarked
package io.godwit.xtr.control.itr;

import org.jspecify.annotations.NullMarked;
