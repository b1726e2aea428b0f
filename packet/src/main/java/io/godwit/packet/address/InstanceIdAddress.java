package io.godwit.packet.address;

/**
 * LCAF type 2 (RFC 8060 section 4.1): an address in an instance. Text form: {@code [IID]address}, {@code [IID/N]address} with a mask
 * length.
 *
 * <pre>
 * |   Type = 2    | IID mask-len  |            Length             |
 * |                         Instance ID                           |
 * |              AFI = x          |         Address  ...          |
 * </pre>
 *
 * @param instanceId 32 bits unsigned, of which the data header carries the low 24
 * @param maskLength bits of the instance that count when the address has AFI 0, otherwise 0
 */
public record InstanceIdAddress(int instanceId, int maskLength, LispAddress address) implements Lcaf {

    public InstanceIdAddress(int instanceId, LispAddress address) {
        this(instanceId, 0, address);
    }

    @Override
    public String toString() {
        String mask = maskLength == 0 ? "" : "/" + maskLength;
        // "[7](S,G)" is a multicast LCAF with an instance of its own.
        String inner = address instanceof MulticastInfo multicast ? multicast.textWithInstance() : address.toString();
        return "[" + Integer.toUnsignedString(instanceId) + mask + "]" + inner;
    }
}
