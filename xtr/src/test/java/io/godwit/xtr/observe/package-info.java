@NullMarked
package io.godwit.xtr.observe;

import org.jspecify.annotations.NullMarked;
