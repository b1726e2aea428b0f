package io.godwit.packet.address;

/** Reads the canonical text form of addresses, as the CLI, logs and configuration write it. */
public final class AddressText {
    private AddressText() {}

    /**
     * From the text that {@link LispAddress#toString()} gives. Throws {@link IllegalArgumentException} with a sentence for the
     * user on anything else.
     */
    public static LispAddress parse(String text) {
        return new AddressParser(text).parseAll();
    }
}
