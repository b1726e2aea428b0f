package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import io.godwit.packet.address.Octets;
import java.util.List;

/**
 * Map-Referral (RFC 8111 section 6.4).
 *
 * <pre>
 * |Type=6 |                Reserved               | Record Count  |
 * |                         Nonce (64 bits)                       |
 * |                          Record TTL                           |
 * | Referral Count| EID mask-len  | ACT |A|I|     Reserved        |
 * |SigCnt |   Map Version Number  |            EID-AFI            |
 * |                       EID-prefix ...                          |
 * |                 Referral RLOC-records ...                     |
 * |                      Signatures ...                           |
 * </pre>
 */
public record MapReferral(long nonce, List<Referral> records) implements OptionalMessage {
    public MapReferral {
        records = List.copyOf(records);
    }

    /**
     * @param ttlMinutes unsigned
     * @param action {@link Action} names the values
     * @param incomplete I: the referral set may lack some
     * @param mapVersion 12 bits
     */
    public record Referral(
            int ttlMinutes,
            int maskLength,
            ReferralAction action,
            boolean authoritative,
            boolean incomplete,
            int mapVersion,
            LispAddress eid,
            List<RlocRecord> locators,
            List<Signature> signatures) {
        public Referral {
            locators = List.copyOf(locators);
            signatures = List.copyOf(signatures);
        }

        /** The same with other signatures. */
        public Referral with(List<Signature> others) {
            return new Referral(
                    ttlMinutes, maskLength, action, authoritative, incomplete, mapVersion, eid, locators, others);
        }
    }

    /**
     * A signature over the record with its TTL as it was and the signature zero (RFC 8111 section 6.4.1).
     *
     * <pre>
     * |                      Original Record TTL                      |
     * |                      Signature Expiration                     |
     * |                      Signature Inception                      |
     * |            Key Tag            |           Sig Length          |
     * | Sig-Algorithm |    Reserved   |            Reserved           |
     * ~                           Signature                           ~
     * </pre>
     *
     * @param expiration seconds since 1970, unsigned
     * @param inception seconds since 1970, unsigned
     * @param algorithm 2 for RSA-SHA256
     */
    public record Signature(
            int originalTtl, int expiration, int inception, int keyTag, int algorithm, Octets signature) {}
}
