package io.godwit.linux;

/**
 * @param checksum what is sent (SO_NO_CHECK, UDP_NO_CHECK6_TX)
 * @param acceptZeroChecksum accept checksum 0 over IPv6 (UDP_NO_CHECK6_RX); IPv4 always does
 * @param dontFragment IP_MTU_DISCOVER = PROBE: DF=1, EMSGSIZE instead of fragments; what ICMP errors say of the path is left to the router
 * @param segmentation ask for UDP_SEGMENT on send
 * @param coalescing ask for UDP_GRO on receive
 * @param bufferBytes SO_RCVBUF and SO_SNDBUF, forced where permitted
 */
public record UdpOptions(
        UdpChecksum checksum,
        boolean acceptZeroChecksum,
        boolean dontFragment,
        boolean segmentation,
        boolean coalescing,
        int bufferBytes) {
    /** @param zeroChecksum {@link UdpChecksum#ZERO}, otherwise {@link UdpChecksum#FULL} */
    public UdpOptions(
            boolean zeroChecksum,
            boolean acceptZeroChecksum,
            boolean dontFragment,
            boolean segmentation,
            boolean coalescing,
            int bufferBytes) {
        this(
                zeroChecksum ? UdpChecksum.ZERO : UdpChecksum.FULL,
                acceptZeroChecksum,
                dontFragment,
                segmentation,
                coalescing,
                bufferBytes);
    }

    /** Whether every datagram leaves with checksum 0. */
    public boolean zeroChecksum() {
        return checksum == UdpChecksum.ZERO;
    }

    /** The same with another checksum. */
    public UdpOptions with(UdpChecksum newChecksum) {
        return new UdpOptions(newChecksum, acceptZeroChecksum, dontFragment, segmentation, coalescing, bufferBytes);
    }
}
