package io.godwit.linux;

/**
 * @param zeroChecksum send UDP checksum 0 (SO_NO_CHECK / UDP_NO_CHECK6_TX); excludes segmentation
 * @param acceptZeroChecksum accept checksum 0 over IPv6 (UDP_NO_CHECK6_RX); IPv4 always does
 * @param dontFragment IP_MTU_DISCOVER = DO: DF=1, EMSGSIZE instead of fragments
 * @param segmentation ask for UDP_SEGMENT on send
 * @param coalescing ask for UDP_GRO on receive
 * @param bufferBytes SO_RCVBUF and SO_SNDBUF, forced where permitted
 */
public record UdpOptions(
        boolean zeroChecksum,
        boolean acceptZeroChecksum,
        boolean dontFragment,
        boolean segmentation,
        boolean coalescing,
        int bufferBytes) {}
