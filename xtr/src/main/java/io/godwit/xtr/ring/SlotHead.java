package io.godwit.xtr.ring;

/**
 * What every packet's way touches first. A superclass of {@link PacketSlot}, since the JVM lays a superclass' fields side by side and in front: a
 * slot's way through the stages then costs few cache lines.
 */
abstract class SlotHead {
    /** The native address of the inner IP packet. */
    public long address;
    /** 0, or who looks at this packet on its way: see {@link TapPoint}. */
    long tap;
    /** Where the inner IP packet starts in the slot's buffer. */
    public int packet;
    /** Octets of the inner IP packet. */
    public int length;
    /** One of the constants of {@link PacketSlot}. */
    public int verdict;
    /** Octets of transport payload in each segment of a super-packet but the last, 0 for a single packet. */
    public int segmentSize;
    /** Instance index, see {@link io.godwit.xtr.fib.ForwardingTable#instanceIndex}. */
    public int instance;
    /** Of the outer header as received. */
    public int receivedTtl;

    public int receivedTrafficClass;
    /** Family of the inner packet. */
    public boolean ipv6;
    /** Came back from the parking lot, with its entry decided. */
    public boolean released;
}
