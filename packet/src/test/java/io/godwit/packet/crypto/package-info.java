@NullMarked
package io.godwit.packet.crypto;

import org.jspecify.annotations.NullMarked;
