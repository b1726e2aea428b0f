@NullMarked
package io.godwit.packet.peers;

import org.jspecify.annotations.NullMarked;
