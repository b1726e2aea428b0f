package io.godwit.packet.control;

import java.util.List;

/**
 * Map-Reply (RFC 9301 section 5.4).
 *
 * <pre>
 * |Type=2 |P|E|S|          Reserved               | Record Count  |
 * |                         Nonce (64 bits)                       |
 * |                      EID-records ...                          |
 * </pre>
 *
 * @param probe P: answers an RLOC-probe
 * @param echoNonce E: the sender can echo nonces
 */
public record MapReply(boolean probe, boolean echoNonce, long nonce, List<EidRecord> records)
        implements ControlMessage {
    public MapReply {
        records = List.copyOf(records);
    }
}
