package io.godwit.xtr.ring;

/** The outer header to send: beside {@link SlotHead}, for the same reason. */
abstract class SlotEnvelope extends SlotHead {
    /** Destination EID; an IPv4 address stands in the low 32 bits of the low half. */
    public long eidLow;
    /** High half of an IPv6 destination EID, 0 for IPv4. */
    public long eidHigh;

    public int flowHash;

    public long locatorHigh;
    public long locatorLow;
    public long lispHeader;
    public int locatorPort;
    /** Octets of the largest inner packet that the path to the locator is known to carry. */
    public int maxLength;

    public int ttl;
    public int trafficClass;
    /** LISP datagrams in this slot: 1, or more after fragmentation. */
    public int datagrams;

    public int lastDatagramLength;
    public boolean locatorIpv6;
}
