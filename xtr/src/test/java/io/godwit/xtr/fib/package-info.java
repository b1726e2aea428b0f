@NullMarked
package io.godwit.xtr.fib;

import org.jspecify.annotations.NullMarked;
