package io.godwit.packet.address;

import java.util.HexFormat;

/** Text in double quotes, on one line and in ASCII. */
final class QuotedText {
    private static final HexFormat HEX = HexFormat.of();

    private QuotedText() {}

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c <= '~') {
                quoted.append(c);
            } else if (c <= 0xff) {
                quoted.append("\\x").append(HEX.toHexDigits((byte) c));
            } else {
                quoted.append("\\u").append(HEX.toHexDigits(c));
            }
        }
        return quoted.append('"').toString();
    }
}
