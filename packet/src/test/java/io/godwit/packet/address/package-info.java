@NullMarked
package io.godwit.packet.address;

import org.jspecify.annotations.NullMarked;
