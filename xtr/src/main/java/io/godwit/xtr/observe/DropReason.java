package io.godwit.xtr.observe;

import java.util.Locale;

/** Why a packet was dropped. Every drop has one. The name shown is {@code drop-} and the constant's in kebab case and stays as it is. */
public enum DropReason {
    // from the site
    EGRESS_BAD_VERSION("from the site, neither IPv4 nor IPv6"),
    EGRESS_BAD_LENGTH("from the site, the IP header's lengths do not fit the packet"),
    EGRESS_UNSUPPORTED_OFFLOAD("from the site, a super-packet or checksum offload that was not asked for"),
    EGRESS_MULTICAST("from the site, to a multicast or broadcast address"),
    EGRESS_LINK_LOCAL("from the site, from or to a link-local address"),
    EGRESS_BAD_ADDRESS("from the site, from or to an unspecified or loopback address, or from a multicast one"),
    EGRESS_TOO_MANY_HEADERS("from the site, a LISP packet within a LISP packet already: a loop, or too many tunnels"),
    EGRESS_BAD_FRAME("from the site, an Ethernet frame without a whole header, or with an address that no card has"),
    LOCAL_FRAME("from the site, an Ethernet frame for a MAC of the site: its bridge has not learned yet where that is"),
    FRAME_TOO_BIG("an Ethernet frame larger than the tunnel carries: the hosts' MTU must fit"),
    LOCAL_LOOP("from the site, to an EID of the site: the kernel has no route to it but the tunnel"),
    NO_LOCATOR("no locator of the mapping can be reached from here"),
    NEGATIVE_NO_ACTION("negative mapping, action No-Action"),
    NEGATIVE_NATIVELY_FORWARD("negative mapping, action Natively-Forward: the kernel should route it past the tunnel"),
    NEGATIVE_DROP("negative mapping, action Drop/No-Reason"),
    NEGATIVE_POLICY_DENIED("negative mapping, action Drop/Policy-Denied"),
    NEGATIVE_AUTH_FAILURE("negative mapping, action Drop/Auth-Failure"),
    TOO_BIG("larger than the tunnel MTU and not to be fragmented: the source was told, within the rate limit"),
    TTL_EXPIRED("TTL or hop limit used up on re-encapsulation"),
    TRANSMIT_TOO_BIG("the kernel refused the datagram as larger than the path MTU (EMSGSIZE)"),
    TRANSMIT_UNREACHABLE("the kernel has no route to the locator"),
    TRANSMIT_NO_BUFFERS("the kernel had no buffer for the datagram (EAGAIN, ENOBUFS)"),
    TRANSMIT_REFUSED("the kernel refused the datagram for another reason"),

    // parked
    PARKING_EID_FULL("too many packets parked for this EID"),
    PARKING_FULL("too many packets or EIDs parked in all"),
    PARKING_EXPIRED("parked longer than allowed"),

    // from the core
    INGRESS_RUNT("shorter than a LISP header and an IP header"),
    INGRESS_TRUNCATED("longer than any packet can be"),
    INGRESS_ENCRYPTED("encrypted with a key that is not known here"),
    INGRESS_GPE_PROTOCOL("LISP-GPE next protocol other than IPv4, IPv6 and Ethernet"),
    INGRESS_GPE_SHIM("LISP-GPE shim header of a type that is not known here (RFC 9305 section 3)"),
    INGRESS_UNKNOWN_INSTANCE("instance-id that is not configured here"),
    INGRESS_WRONG_LAYER("Ethernet frame for an instance of IP packets, or an IP packet for a layer-2 instance"),
    INGRESS_BAD_FRAME("Ethernet frame without a whole header, or with an address that no card has"),
    INGRESS_BAD_VERSION("inner packet is neither IPv4 nor IPv6, or not what LISP-GPE announced"),
    INGRESS_BAD_LENGTH("inner IP header's lengths do not fit the datagram"),
    INGRESS_BAD_SOURCE("inner source address is unspecified, loopback or multicast"),
    INGRESS_SOURCE_MISMATCH("inner source EID is not mapped to the RLOC the packet came from"),
    INGRESS_SOURCE_UNKNOWN("inner source EID has no mapping here yet: it was asked for"),
    INGRESS_SOURCE_NOT_ALLOWED("inner source is in none of the prefixes of forwarding.sources"),
    INGRESS_MAP_VERSION("a trusted peer's map-version is not one to accept (RFC 9302 section 7)"),
    INGRESS_ECN("outer header marked congestion, inner transport does not know ECN (RFC 6040)"),
    INGRESS_NOT_LOCAL("inner destination is no EID of this site"),
    AWAY_LOOP("re-encapsulation would go back to the RLOC the packet came from"),
    DELIVER_QUEUE_FULL("TUN device queue full"),
    DELIVER_REFUSED("TUN device refused the packet: is it up?"),

    INTERNAL_ERROR("given up because of a defect of the router: please report it");

    private final String shown = "drop-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String description;

    DropReason(String description) {
        this.description = description;
    }

    /** The stable name, e.g. {@code drop-local-loop}. */
    public String shown() {
        return shown;
    }

    public String description() {
        return description;
    }
}
