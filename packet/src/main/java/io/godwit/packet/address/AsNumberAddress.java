package io.godwit.packet.address;

/**
 * LCAF type 3 (RFC 8060 section 4.2): an address with its AS number, 32 bits unsigned. Text form: {@code as(65551,203.0.113.1)}.
 *
 * <pre>
 * |                           AS Number                           |
 * |              AFI = x          |         Address  ...          |
 * </pre>
 */
public record AsNumberAddress(int asNumber, LispAddress address) implements Lcaf {
    @Override
    public String toString() {
        return "as(" + Integer.toUnsignedString(asNumber) + "," + address + ")";
    }
}
