package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Map-Request (RFC 9301 section 5.2, RFC 9437 section 4).
 *
 * <pre>
 * |Type=1 |A|M|P|S|p|s|R|I|  Rsvd   |L|D|   IRC   | Record Count  |
 * |                         Nonce (64 bits)                       |
 * |         Source-EID-AFI        |   Source EID Address  ...     |
 * |         ITR-RLOC-AFI 1        |    ITR-RLOC Address 1  ...    |
 * |N|  Reserved   | EID mask-len  |        EID-Prefix-AFI         |
 * |                       EID-Prefix  ...                         |
 * |                   Map-Reply Record  (M)                       |
 * |                   xTR-ID, Site-ID   (I)                       |
 * </pre>
 *
 * The M and I bits follow from {@code mapReplyRecord} and {@code identity}.
 */
public record MapRequest(
        Set<Flag> flags,
        long nonce,
        LispAddress sourceEid,
        List<LispAddress> itrRlocs,
        List<RequestedEid> records,
        Optional<EidRecord> mapReplyRecord,
        Optional<XtrIdentity> identity)
        implements ControlMessage {

    /** The header bits other than M and I. */
    public enum Flag {
        /** A: an authoritative answer is wanted. */
        AUTHORITATIVE,
        /** P: RLOC-probe. */
        PROBE,
        /** S: Solicit-Map-Request. */
        SMR,
        /** p: sent by a PITR. */
        PITR,
        /** s: invoked by an SMR. */
        SMR_INVOKED,
        /** L: the sender is in the site's locator set. */
        LOCAL_XTR,
        /** D: do not answer with a Map-Reply. */
        DO_NOT_REPLY
    }

    /** A requested EID-prefix; {@code notification} is the N-bit of RFC 9437. */
    public record RequestedEid(boolean notification, int maskLength, LispAddress eid) {}

    public MapRequest {
        flags = Set.copyOf(flags);
        itrRlocs = List.copyOf(itrRlocs);
        records = List.copyOf(records);
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }
}
