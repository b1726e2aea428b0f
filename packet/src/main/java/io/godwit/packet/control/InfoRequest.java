package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.auth.AuthenticationData;

/**
 * Info-Request (draft-ermagan-lisp-nat-traversal section 4.2).
 *
 * <pre>
 * |Type=7 |R=0|                  Reserved                         |
 * |                         Nonce (64 bits)                       |
 * |    Key ID     | Algorithm ID  |  Authentication Data Length   |
 * ~                     Authentication Data                       ~
 * |                              TTL                              |
 * |   Reserved    | EID mask-len  |        EID-prefix-AFI         |
 * |                          EID-prefix                           |
 * |             AFI = 0           |
 * </pre>
 */
public record InfoRequest(
        long nonce, AuthenticationData authentication, int ttlMinutes, int maskLength, LispAddress eid)
        implements OptionalMessage {}
