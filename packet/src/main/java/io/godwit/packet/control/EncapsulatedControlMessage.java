package io.godwit.packet.control;

import io.godwit.packet.address.IpAddress;

/**
 * ECM (RFC 9301 section 5.8): type 8, S, D and reserved bits, then an inner IP header, an inner UDP header and a control message.
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
        IpAddress source,
        IpAddress destination,
        int sourcePort,
        int destinationPort,
        ControlMessage message,
        int innerOffset)
        implements ControlMessage {}
