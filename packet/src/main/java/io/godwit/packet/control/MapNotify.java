package io.godwit.packet.control;

import io.godwit.packet.auth.AuthenticationData;
import java.util.List;
import java.util.Optional;

/**
 * Map-Notify (RFC 9301 section 5.7): type 4, 20 reserved bits, record count; then laid out as {@link MapRegister}. Bit 4 (I, NAT draft)
 * announces the trailer.
 */
public record MapNotify(
        long nonce, AuthenticationData authentication, List<EidRecord> records, Optional<XtrIdentity> identity)
        implements AuthenticatedMessage {
    public MapNotify {
        records = List.copyOf(records);
    }
}
