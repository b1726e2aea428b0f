@NullMarked
package io.godwit.packet.security;

import org.jspecify.annotations.NullMarked;
