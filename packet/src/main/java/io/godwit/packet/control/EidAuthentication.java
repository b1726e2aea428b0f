package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.Octets;
import java.util.List;

/**
 * EID-AD of LISP-SEC (RFC 9303 sections 6.1 and 6.2): which EID-prefixes the map-server vouches for. An ITR sends the first four octets
 * only.
 *
 * <pre>
 * |         EID-AD Length         |           KDF ID              |
 * | Record Count  |E| Unassigned  |         EID HMAC ID           |
 * |  Unassigned   | EID mask-len  |           EID-AFI             |
 * ~                          EID-prefix ...                       ~
 * ~                            EID HMAC                           ~
 * </pre>
 *
 * @param kdfId 0 for no preference
 * @param etrCantSign E: the ETR cannot sign, an unprotected request may follow
 * @param hmacId of {@code hmac}
 * @param hmac empty in an ITR's request, then {@code records} is empty too
 */
public record EidAuthentication(int kdfId, boolean etrCantSign, int hmacId, List<MaskedEid> records, Octets hmac) {

    /** An EID-prefix. */
    public record MaskedEid(int maskLength, LispAddress eid) {

        /** Whether all of {@code other} lies within this prefix. */
        public boolean covers(MaskedEid other) {
            return maskLength <= other.maskLength
                    && AddressMask.clear(other.eid, maskLength).equals(eid);
        }
    }

    /**
     * What of {@code claimed} is authorised (RFC 9303 section 6.9): itself, or the prefixes vouched for that lie within it; nothing when
     * they do not meet.
     */
    public List<MaskedEid> intersect(MaskedEid claimed) {
        if (records.stream().anyMatch(record -> record.covers(claimed))) {
            return List.of(claimed);
        }
        return records.stream().filter(claimed::covers).toList();
    }

    public EidAuthentication {
        records = List.copyOf(records);
    }

    /** As an ITR sends it. */
    public static EidAuthentication request(int kdfId) {
        return new EidAuthentication(kdfId, false, 0, List.of(), Octets.NONE);
    }

    /** Whether only the first four octets are there. */
    public boolean isRequest() {
        return records.isEmpty() && hmac.length() == 0 && hmacId == 0 && !etrCantSign;
    }
}
