@NullMarked
package io.godwit.packet.control;

import org.jspecify.annotations.NullMarked;
