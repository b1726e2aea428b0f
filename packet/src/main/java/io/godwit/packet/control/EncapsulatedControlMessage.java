package io.godwit.packet.control;

import io.godwit.packet.address.IpAddress;
import java.util.Optional;
import java.util.Set;

/**
 * ECM (RFC 9301 section 5.8): type 8, then an inner IP header, an inner UDP header and a control message.
 *
 * <pre>
 * |Type=8 |S|D|E|M| |R|N|          Reserved                       |
 * |               Authentication data (S) ...                     |
 * |                  IPv4 or IPv6 header                          |
 * |                       UDP header                              |
 * |                   LISP control message                        |
 * </pre>
 *
 * The S bit follows from {@code authentication}.
 *
 * @param ddt D: answer with a Map-Referral (RFC 8111)
 * @param source of the inner IP header
 * @param destination of the inner IP header, normally the EID asked for
 * @param sourcePort inner UDP source port: where the Map-Reply goes
 * @param destinationPort inner UDP destination port
 * @param message the inner message, never an ECM
 * @param innerOffset octets from the start of the UDP payload to the inner IP header; forwarding re-encapsulates from here, unaltered.
 *     Ignored when encoding.
 */
public record EncapsulatedControlMessage(
        boolean ddt,
        Set<Flag> flags,
        Optional<EcmAuthentication> authentication,
        IpAddress source,
        IpAddress destination,
        int sourcePort,
        int destinationPort,
        ControlMessage message,
        int innerOffset)
        implements ControlMessage {

    /** The header bits other than S and D; a node that does not have the feature ignores them. */
    public enum Flag {
        /** E: to be forwarded to an ETR (RFC 9301 section 12.3). */
        FOR_ETR,
        /** M: for a map-server (RFC 9301 section 12.3). */
        FOR_MAP_SERVER,
        /** R of the NAT draft: between an xTR and its RTR. */
        RTR,
        /** N of the NAT draft: an RTR relays for an xTR behind a NAT. */
        NAT
    }

    public EncapsulatedControlMessage {
        flags = Set.copyOf(flags);
    }

    /** Without other flags and authentication data. */
    public EncapsulatedControlMessage(
            boolean ddt,
            IpAddress source,
            IpAddress destination,
            int sourcePort,
            int destinationPort,
            ControlMessage message,
            int innerOffset) {
        this(ddt, Set.of(), Optional.empty(), source, destination, sourcePort, destinationPort, message, innerOffset);
    }
}
