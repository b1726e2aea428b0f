package io.godwit.packet.control;

import io.godwit.packet.auth.AuthenticationData;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Map-Register (RFC 9301 section 5.6).
 *
 * <pre>
 * |Type=3 |P|S|I|        Reserved       |E|T|a|R|M| Record Count  |
 * |                         Nonce (64 bits)                       |
 * |    Key ID     | Algorithm ID  |  Authentication Data Length   |
 * ~                     Authentication Data                       ~
 * |                      EID-records ...                          |
 * |                   xTR-ID, Site-ID   (I)                       |
 * </pre>
 *
 * The I bit follows from {@code identity}.
 */
public record MapRegister(
        Set<Flag> flags,
        long nonce,
        AuthenticationData authentication,
        List<EidRecord> records,
        Optional<XtrIdentity> identity)
        implements AuthenticatedMessage {

    public enum Flag {
        /** P: the map-server answers Map-Requests itself. */
        PROXY_REPLY,
        /** S: the ETR supports LISP-SEC. */
        LISP_SEC,
        /** E: EID-notify, from a first-hop router. */
        EID_NOTIFY,
        /** T: the registration lasts for the Record TTL. */
        USE_TTL,
        /** a: unite the locators of several xTRs. */
        MERGE,
        /** M: a Map-Notify is wanted. */
        WANT_MAP_NOTIFY
    }

    public MapRegister {
        flags = Set.copyOf(flags);
        records = List.copyOf(records);
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }
}
