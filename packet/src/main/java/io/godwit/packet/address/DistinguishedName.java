package io.godwit.packet.address;

/**
 * AFI 17, a name (RFC 9735): octets other than NUL, as ISO 8859-1 characters, followed by one NUL on the wire. The mask length of an
 * EID-record is {@link #maskLength()}. Text form: {@code "name"}, with {@code \\"}, {@code \\\\} and {@code \\xNN} inside.
 */
public record DistinguishedName(String name) implements LispAddress {
    private static final int LONGEST_MASK = 255;

    public DistinguishedName {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == 0 || name.charAt(i) > 0xff) {
                throw new IllegalArgumentException("a distinguished name has neither NUL nor characters beyond U+00FF");
            }
        }
    }

    /** Bits of the name with its NUL; 255 for one of 31 octets and more, which eight bits cannot express. */
    public int maskLength() {
        return Math.min(LONGEST_MASK, 8 * (name.length() + 1));
    }

    @Override
    public String toString() {
        return QuotedText.quote(name);
    }
}
