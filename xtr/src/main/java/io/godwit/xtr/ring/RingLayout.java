package io.godwit.xtr.ring;

/**
 * How a slot is laid out in native memory:
 *
 * <pre>
 * | free | vnet header (10) | IP packet ...          from and to a TUN device
 * | free   | LISP header (8)| IP packet ...          from and to a socket
 * 0                        128                    67,648
 * </pre>
 *
 * The stride is an odd multiple of 64 and no power of two, so that headers of neighbouring slots do not fall into the same cache sets
 * (touching them at a stride of 4096 octets costs seven times as much as at 2112). Slots start on a multiple of 64 and reads start 54, 56
 * or 0 octets after one, so packet data never starts 1 to 31 octets past a page start, where the kernel's copy is slow.
 */
public final class RingLayout {
    /** Octets in front of the IP packet. */
    public static final int HEADROOM = 128;
    /** Octets of a slot: headroom, a super-packet of 65,535 octets, and room to put headers between its fragments. */
    public static final int SLOT_BYTES = 1057 * 64;
    /** Octets from the start of the IP packet to the end of the slot. */
    public static final int CAPACITY = SLOT_BYTES - HEADROOM;
    /** Slots of a ring; only the pages that packets touch become resident. */
    public static final int SLOTS = 256;
    /** Packets read, or handed over, at once. */
    public static final int BATCH = 64;
    /** Slots of the ring from the core, where every segment of a super-packet takes one, though no memory of its own. */
    public static final int INGRESS_SLOTS = 1024;
    /** Segments handed on at once from the core: some super-packets of them, so that they can be put together again. */
    public static final int INGRESS_BATCH = 256;
    /** Parked packets put back at once: more than can arrive meanwhile, so that a parking lot empties under load. */
    public static final int RELEASE_BATCH = 128;

    private RingLayout() {}
}
