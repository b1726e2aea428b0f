@NullMarked
package io.godwit.packet;

import org.jspecify.annotations.NullMarked;
