@NullMarked
package io.godwit.packet.data;

import org.jspecify.annotations.NullMarked;
