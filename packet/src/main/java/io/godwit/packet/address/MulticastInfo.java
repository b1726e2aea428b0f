package io.godwit.packet.address;

/**
 * LCAF type 9 (RFC 8060 section 4.6): (S,G). Text form: {@code (S,G)}, with {@code /N} after an address that is not of full length and
 * {@code [IID]} in front when the instance is not 0.
 *
 * <pre>
 * |                         Instance ID                           |
 * |            Reserved           | Source MaskLen| Group MaskLen |
 * |              AFI = x          |   Source/Subnet Address  ...  |
 * |              AFI = x          |       Group Address  ...      |
 * </pre>
 *
 * @param instanceId 32 bits unsigned
 */
public record MulticastInfo(
        int instanceId, int sourceMaskLength, int groupMaskLength, LispAddress source, LispAddress group)
        implements Lcaf {

    /** With the instance even when it is 0, for use inside an Instance-ID LCAF. */
    String textWithInstance() {
        return "[" + Integer.toUnsignedString(instanceId) + "](" + LcafText.prefix(source, sourceMaskLength) + ","
                + LcafText.prefix(group, groupMaskLength) + ")";
    }

    @Override
    public String toString() {
        String text = textWithInstance();
        return instanceId == 0 ? text.substring(text.indexOf(']') + 1) : text;
    }
}
