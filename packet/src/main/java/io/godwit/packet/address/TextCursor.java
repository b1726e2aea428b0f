package io.godwit.packet.address;

/** Walks over a text, piece by piece. Throws {@link IllegalArgumentException} naming what was expected. */
final class TextCursor {
    private final String text;
    private int position;

    TextCursor(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return position == text.length();
    }

    /** The next character, NUL at the end. */
    char peek() {
        return atEnd() ? 0 : text.charAt(position);
    }

    boolean startsWith(String prefix) {
        return text.startsWith(prefix, position);
    }

    boolean accept(char c) {
        if (peek() != c || atEnd()) {
            return false;
        }
        position++;
        return true;
    }

    void expect(char c) {
        if (!accept(c)) {
            throw wrong("'" + c + "'");
        }
    }

    /** Up to the next character of {@code stops}, or the end. */
    String until(String stops) {
        int start = position;
        while (!atEnd() && stops.indexOf(peek()) < 0) {
            position++;
        }
        return text.substring(start, position);
    }

    /** An unsigned decimal number of at most {@code bits} bits. */
    int number(int bits) {
        int start = position;
        long value = 0;
        while (peek() >= '0' && peek() <= '9' && value >>> bits == 0) {
            value = 10 * value + peek() - '0';
            position++;
        }
        if (position == start || value >>> bits != 0) {
            position = start;
            throw wrong("a number from 0 to " + ((1L << bits) - 1));
        }
        return (int) value;
    }

    /** The inside of a text in double quotes, as {@link QuotedText} writes it. */
    String quoted() {
        expect('"');
        StringBuilder inside = new StringBuilder();
        while (!accept('"')) {
            if (atEnd()) {
                throw wrong("'\"'");
            }
            char c = text.charAt(position++);
            inside.append(c == '\\' ? escaped() : c);
        }
        return inside.toString();
    }

    private char escaped() {
        if (accept('x')) {
            return hex(2);
        }
        if (accept('u')) {
            return hex(4);
        }
        char c = peek();
        if (c != '"' && c != '\\') {
            throw wrong("an escape such as \\x00");
        }
        position++;
        return c;
    }

    private char hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
            if (digit < 0) {
                throw wrong("a hexadecimal digit");
            }
            value = value << 4 | digit;
            position++;
        }
        return (char) value;
    }

    IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(
                "'" + text + "' is not an address: " + expected + " expected at character " + (position + 1));
    }
}
