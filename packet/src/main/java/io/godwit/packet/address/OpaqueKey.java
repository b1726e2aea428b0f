package io.godwit.packet.address;

/**
 * LCAF type 6 (RFC 8060 section 5.2): a key whose fields only its users know. Text form: {@code opaque(FIELDS,WILDCARDS,0xKEY)}.
 *
 * <pre>
 * | Key Field Num |      Key Wildcard Fields      |   Key . . .   |
 * </pre>
 *
 * @param fields number of fields minus one
 * @param wildcards 16 bits, one a field
 */
public record OpaqueKey(int fields, int wildcards, Octets key) implements Lcaf {
    @Override
    public String toString() {
        return "opaque(" + fields + "," + wildcards + "," + key + ")";
    }
}
