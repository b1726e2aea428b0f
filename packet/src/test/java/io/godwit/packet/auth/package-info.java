@NullMarked
package io.godwit.packet.auth;

import org.jspecify.annotations.NullMarked;
