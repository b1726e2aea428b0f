package io.godwit.packet.control;

import java.util.List;
import java.util.Optional;

/**
 * Map-Reply (RFC 9301 section 5.4).
 *
 * <pre>
 * |Type=2 |P|E|S|          Reserved               | Record Count  |
 * |                         Nonce (64 bits)                       |
 * |                      EID-records ...                          |
 * |             LISP-SEC authentication data (S)                  |
 * </pre>
 *
 * The S bit follows from {@code authentication}.
 *
 * @param probe P: answers an RLOC-probe
 * @param echoNonce E: the sender can echo nonces
 */
public record MapReply(
        boolean probe,
        boolean echoNonce,
        long nonce,
        List<EidRecord> records,
        Optional<MapReplyAuthentication> authentication)
        implements ControlMessage {
    public MapReply {
        records = List.copyOf(records);
    }

    /** Without LISP-SEC. */
    public MapReply(boolean probe, boolean echoNonce, long nonce, List<EidRecord> records) {
        this(probe, echoNonce, nonce, records, Optional.empty());
    }
}
