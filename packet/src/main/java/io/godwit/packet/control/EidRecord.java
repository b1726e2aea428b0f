package io.godwit.packet.control;

import io.godwit.packet.address.LispAddress;
import java.util.List;

/**
 * An EID-prefix with its locators (RFC 9301 section 5.4).
 *
 * <pre>
 * |                          Record TTL                           |
 * | Locator Count | EID mask-len  | ACT |A|      Reserved         |
 * | Rsvd  |  Map-Version Number   |       EID-Prefix-AFI          |
 * |                       EID-Prefix ...                          |
 * </pre>
 *
 * @param ttlMinutes Record TTL in minutes, unsigned; 0 withdraws, -1 (0xFFFFFFFF) leaves the lifetime to the holder
 * @param maskLength of the prefix, in bits; of the inner address for an Instance-ID LCAF
 * @param mapVersion 12 bits, 0 is null
 */
public record EidRecord(
        int ttlMinutes,
        int maskLength,
        Action action,
        boolean authoritative,
        int mapVersion,
        LispAddress eid,
        List<RlocRecord> locators) {
    public EidRecord {
        locators = List.copyOf(locators);
    }
}
