@NullMarked
package io.godwit.xtr.control.mobility;

import org.jspecify.annotations.NullMarked;
