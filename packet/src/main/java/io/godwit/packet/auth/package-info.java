/** Authentication of Map-Register, Map-Notify and Map-Notify-Ack (RFC 9301 section 5.6). */
@NullMarked
package io.godwit.packet.auth;

import org.jspecify.annotations.NullMarked;
