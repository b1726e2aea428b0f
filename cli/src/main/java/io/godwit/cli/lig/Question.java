package io.godwit.cli.lig;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.LispAddress;
import java.time.Duration;

/**
 * What to ask, and whom.
 *
 * @param eid IP or MAC address, in an Instance-ID LCAF if the instance is not 0
 * @param maskLength of the EID-prefix asked for, in bits
 * @param source the Source-EID, or no address
 * @param local the ITR-RLOC: where the answer comes
 * @param resolverPort normally 4342
 * @param attempts Map-Requests at most
 * @param timeout of each attempt
 */
public record Question(
        LispAddress eid,
        int maskLength,
        LispAddress source,
        IpAddress local,
        IpAddress resolver,
        int resolverPort,
        int attempts,
        Duration timeout) {}
