package io.godwit.packet.address;

/**
 * LCAF type 4 (RFC 8060 section 4.3): an address with transport properties. Text form:
 * {@code app(TOS,PROTOCOL,LOW-HIGH,LOW-HIGH,address)}, local before remote ports.
 *
 * <pre>
 * |       IP TOS, IPv6 TC, or Flow Label          |    Protocol   |
 * |    Local Port (lower-range)   |    Local Port (upper-range)   |
 * |   Remote Port (lower-range)   |   Remote Port (upper-range)   |
 * |              AFI = x          |         Address  ...          |
 * </pre>
 *
 * @param trafficClass 24 bits: TOS, traffic class or flow label
 */
public record ApplicationData(
        int trafficClass,
        int protocol,
        int localPortLow,
        int localPortHigh,
        int remotePortLow,
        int remotePortHigh,
        LispAddress address)
        implements Lcaf {
    @Override
    public String toString() {
        return "app(" + trafficClass + "," + protocol + "," + localPortLow + "-" + localPortHigh + "," + remotePortLow
                + "-" + remotePortHigh + "," + address + ")";
    }
}
