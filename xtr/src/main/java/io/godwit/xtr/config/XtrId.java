package io.godwit.xtr.config;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** 128 bits that tell this xTR from every other of its site (RFC 9301 section 5.6); 32 hexadecimal digits. */
public record XtrId(long high, long low) {
    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{32}");

    /** Throws {@link IllegalArgumentException} with a sentence for the user. */
    public static XtrId parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an xTR-ID: 32 hexadecimal digits");
        }
        BigInteger value = new BigInteger(text, 16);
        return new XtrId(value.shiftRight(Long.SIZE).longValue(), value.longValue());
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
