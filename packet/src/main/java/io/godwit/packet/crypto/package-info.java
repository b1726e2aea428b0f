/** Confidentiality of the data plane (RFC 8061): key exchange, key derivation and the layout of encrypted packets. */
@NullMarked
package io.godwit.packet.crypto;

import org.jspecify.annotations.NullMarked;
