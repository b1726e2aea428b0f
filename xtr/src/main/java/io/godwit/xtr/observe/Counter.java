package io.godwit.xtr.observe;

import java.util.Locale;

/** What the forwarding path counts besides drops. The name shown is the constant's in kebab case and stays as it is. */
public enum Counter {
    TUN_READ_PACKETS("packets read from the TUN devices"),
    TUN_READ_OCTETS("octets read from the TUN devices, without vnet headers"),
    TUN_READ_ERRORS("reads that a TUN device refused"),
    SUPER_PACKETS_READ("TCP and UDP super-packets read from the TUN devices, each counted as one packet there"),
    CHECKSUMS_COMPLETED("inner checksums the kernel left to us (NEEDS_CSUM)"),
    ENCAPSULATED_PACKETS("packets encapsulated on their way from the site"),
    REENCAPSULATED_PACKETS("decapsulated packets encapsulated again, to where their EID is now"),
    FRAGMENTED_PACKETS("inner packets split because they exceed the tunnel MTU and allow it"),
    MSS_CLAMPED("TCP connection set-ups whose maximum segment size was lowered to what the tunnel carries"),
    TOO_BIG_SENT("ICMP Fragmentation Needed and Packet Too Big messages sent to sources"),
    PROHIBITED_SENT(
            "ICMP administratively-prohibited messages sent to sources, whose packets a negative mapping refuses"),
    TRANSMITTED_DATAGRAMS("LISP datagrams the kernel took"),
    TRANSMITTED_OCTETS("octets handed to the kernel as LISP datagrams, from the LISP header on"),
    FLOODED_FRAMES("broadcast and multicast frames of layer-2 instances, sent to each of their other xTRs"),
    RECEIVED_DATAGRAMS("datagrams received on the LISP data port"),
    RECEIVED_OCTETS("octets received on the LISP data port, from the LISP header on"),
    COALESCED_DATAGRAMS("datagrams that the kernel handed over in one piece with others (UDP_GRO)"),
    RECEIVE_ERRORS("receives that a socket refused"),
    DELIVERED_PACKETS("packets written to the TUN devices"),
    DELIVERED_OCTETS("octets written to the TUN devices, without vnet headers"),
    SUPER_PACKETS_WRITTEN("super-packets put together from delivered packets and written as one"),
    PARKED_PACKETS("packets parked until their EID's entry changes"),
    RELEASED_PACKETS("parked packets that went on"),
    AHEAD_PACKETS("parked packets that were delivered too, to wait where their EID will be"),
    RESENT_PACKETS(
            "packets that were delivered to a host shortly before it proved to be elsewhere, taken in once more"),
    EVENTS_SENT("events handed to the control plane"),
    EVENTS_LIMITED("events left out by the rate limit of their EID"),
    EVENTS_LOST("events left out because the control plane's ring was full"),
    INTERNAL_ERRORS("batches given up because of a defect of the router: please report it");

    private final String shown = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String description;

    Counter(String description) {
        this.description = description;
    }

    /** The stable name, e.g. {@code tun-read-packets}. */
    public String shown() {
        return shown;
    }

    public String description() {
        return description;
    }
}
