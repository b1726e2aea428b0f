/** Control messages (RFC 9301 section 5) as records, and the codec between them and UDP payloads. */
@NullMarked
package io.godwit.packet.control;

import org.jspecify.annotations.NullMarked;
