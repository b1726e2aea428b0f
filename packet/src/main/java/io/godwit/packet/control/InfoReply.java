package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.auth.AuthenticationData;

/**
 * Info-Reply (draft-ermagan-lisp-nat-traversal section 4.3): {@link InfoRequest} with a NAT-Traversal LCAF for the AFI 0.
 *
 * <pre>
 * |Type=7 |R=1|                  Reserved                         |
 * |                         Nonce (64 bits)                       |
 * |    Key ID     | Algorithm ID  |  Authentication Data Length   |
 * ~                     Authentication Data                       ~
 * |                              TTL                              |
 * |   Reserved    | EID mask-len  |        EID-prefix-AFI         |
 * |                          EID-prefix                           |
 * |          AFI = 16387          |    {@link NatTraversal} ...   |
 * </pre>
 */
public record InfoReply(
        long nonce,
        AuthenticationData authentication,
        int ttlMinutes,
        int maskLength,
        LispAddress eid,
        NatTraversal nat)
        implements OptionalMessage {}
