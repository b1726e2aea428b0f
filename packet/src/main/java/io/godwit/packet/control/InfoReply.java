package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.NatTraversal;
import io.godwit.packet.auth.AuthenticationData;

/** Info-Reply (draft-ermagan-lisp-nat-traversal section 4.3): {@link InfoRequest} with R = 1 and a NAT-Traversal LCAF for the AFI 0. */
public record InfoReply(
        long nonce,
        AuthenticationData authentication,
        int ttlMinutes,
        int maskLength,
        LispAddress eid,
        NatTraversal nat)
        implements OptionalMessage {}
