package io.godwit.packet.address;

import java.util.List;

/**
 * LCAF type 16 (RFC 8060 section 5.6): the encapsulations a locator understands. Text form: {@code encap(vxlan+lisp,address)}.
 *
 * <pre>
 * |        Reserved-for-Future-Encapsulations       |U|G|N|v|V|l|L|
 * |              AFI = x          |          Address ...          |
 * </pre>
 *
 * @param formats the seven bits, L the least significant
 */
public record EncapsulationFormat(int formats, LispAddress address) implements Lcaf {
    public static final int LISP = 0x01;
    public static final int L2_LISP = 0x02;
    public static final int VXLAN = 0x04;
    public static final int VXLAN_GPE = 0x08;
    public static final int NVGRE = 0x10;
    public static final int GENEVE = 0x20;
    public static final int GUE = 0x40;

    /** In the order of the bits, the least significant first. */
    static final List<String> NAMES = List.of("lisp", "l2-lisp", "vxlan", "vxlan-gpe", "nvgre", "geneve", "gue");

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("encap(");
        String separator = "";
        for (int bit = 0; bit < NAMES.size(); bit++) {
            if ((formats >>> bit & 1) != 0) {
                text.append(separator).append(NAMES.get(bit));
                separator = "+";
            }
        }
        return text.append(',').append(address).append(')').toString();
    }
}
