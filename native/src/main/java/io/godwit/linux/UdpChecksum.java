package io.godwit.linux;

/** Which UDP checksum a socket sends. */
public enum UdpChecksum {
    /** A correct one with every datagram. */
    FULL,
    /**
     * 0 with a datagram that leaves alone; correct ones with those that the kernel segments (UDP_SEGMENT refuses to go with 0). Both have
     * the same source port.
     */
    AUTO,
    /** 0 with every datagram: no segmentation. */
    ZERO
}
