package io.godwit.packet.address;

import java.util.HexFormat;

/**
 * LCAF type 255 (RFC 9306 section 4): what only one vendor understands. Text form: {@code vendor(0xOUI,0xDATA)}.
 *
 * <pre>
 * |      Rsvd3    |    Organizationally Unique Identifier (OUI)   |
 * |                        Internal format...                     |
 * </pre>
 *
 * @param oui 24 bits
 */
public record VendorLcaf(int oui, Octets data) implements Lcaf {
    @Override
    public String toString() {
        return "vendor(0x" + HexFormat.of().toHexDigits(oui, 6) + "," + data + ")";
    }
}
