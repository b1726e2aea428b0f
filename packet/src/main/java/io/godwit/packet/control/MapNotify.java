package io.godwit.packet.control;

import io.godwit.packet.auth.AuthenticationData;
import java.util.List;
import java.util.Optional;

/**
 * Map-Notify (RFC 9301 section 5.7; I: draft-ermagan-lisp-nat-traversal).
 *
 * <pre>
 * |Type=4 |I|            Reserved                 | Record Count  |
 * |                         Nonce (64 bits)                       |
 * |    Key ID     | Algorithm ID  |  Authentication Data Length   |
 * ~                     Authentication Data                       ~
 * |                      EID-records ...                          |
 * |                   xTR-ID, Site-ID   (I)                       |
 * </pre>
 *
 * The I bit follows from {@code identity}.
 */
public record MapNotify(
        long nonce, AuthenticationData authentication, List<EidRecord> records, Optional<XtrIdentity> identity)
        implements AuthenticatedMessage {
    public MapNotify {
        records = List.copyOf(records);
    }
}
