package io.godwit.packet.address;

/** Reads the canonical text form of addresses, as the CLI, logs and configuration write it. */
public final class AddressText {
    private AddressText() {}

    /**
     * From the text that {@link LispAddress#toString()} gives. Throws {@link IllegalArgumentException} with a sentence for the
     * user on anything else.
     */
    public static LispAddress parse(String text) {
        if (text.equals("-")) {
            return NoAddress.INSTANCE;
        }
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end > 0) {
                return new InstanceIdAddress(
                        Integer.parseUnsignedInt(text.substring(1, end)), parse(text.substring(end + 1)));
            }
        }
        return text.matches("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}") ? MacAddress.parse(text) : IpAddress.parse(text);
    }
}
