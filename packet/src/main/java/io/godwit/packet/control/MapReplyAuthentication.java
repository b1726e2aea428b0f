package io.godwit.packet.control;

import io.godwit.packet.address.Octets;

/**
 * LISP-SEC authentication data at the end of a Map-Reply with S = 1 (RFC 9303 section 6.2).
 *
 * <pre>
 * |   AD Type     |                   Unassigned                  |
 * |                            EID-AD ...                         |
 * |         PKT-AD Length         |         PKT HMAC ID           |
 * ~                            PKT HMAC                           ~
 * </pre>
 */
public record MapReplyAuthentication(EidAuthentication eid, int packetHmacId, Octets packetHmac) {}
