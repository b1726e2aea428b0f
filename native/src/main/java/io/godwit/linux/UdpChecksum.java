package io.godwit.linux;

/** Which UDP checksum a socket sends. */
public enum UdpChecksum {
    /** A correct one with every datagram. */
    FULL,
    /**
     * 0, but for batches in which the kernel segments something (UDP_SEGMENT refuses to go with 0): all of such a batch has correct ones.
     * Both kinds have the same source port.
     */
    AUTO,
    /** 0 with every datagram: no segmentation. */
    ZERO
}
