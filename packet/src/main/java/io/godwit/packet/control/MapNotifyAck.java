package io.godwit.packet.control;

import io.godwit.packet.auth.AuthenticationData;
import java.util.List;
import java.util.Optional;

/** Map-Notify-Ack (RFC 9301 section 5.7): type 5, otherwise laid out as {@link MapNotify}. */
public record MapNotifyAck(
        long nonce, AuthenticationData authentication, List<EidRecord> records, Optional<XtrIdentity> identity)
        implements AuthenticatedMessage {
    public MapNotifyAck {
        records = List.copyOf(records);
    }
}
