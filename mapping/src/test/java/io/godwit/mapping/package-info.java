@NullMarked
package io.godwit.mapping;

import org.jspecify.annotations.NullMarked;
