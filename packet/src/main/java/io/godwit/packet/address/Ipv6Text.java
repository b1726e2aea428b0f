package io.godwit.packet.address;

/** The canonical text of an IPv6 address (RFC 5952): lower case, longest run of zero groups as {@code ::}. */
final class Ipv6Text {
    private Ipv6Text() {}

    static String format(Ipv6Address address) {
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(address, i + length) == 0) {
                length++;
            }
            if (length > runLength) {
                runStart = i;
                runLength = length;
            }
            i += length;
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
            } else {
                if (i > 0 && i != runStart + (runStart < 0 ? 0 : runLength)) {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(address, i)));
            }
        }
        return text.toString();
    }

    /** All forms of RFC 4291 section 2.2, the one with a dotted tail included. */
    static Ipv6Address parse(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return address(groups(text, text), new int[0], text);
        }
        int[] before = groups(text.substring(0, gap), text);
        int[] after = groups(text.substring(gap + 2), text);
        if (before.length + after.length > 7 || text.substring(0, gap).indexOf('.') >= 0) {
            throw notAnAddress(text);
        }
        return address(before, after, text);
    }

    private static Ipv6Address address(int[] before, int[] after, String text) {
        if (after.length == 0 && before.length != 8 && !text.endsWith("::")) {
            throw notAnAddress(text);
        }
        long[] halves = new long[2];
        for (int i = 0; i < 8; i++) {
            int fromEnd = i - (8 - after.length);
            int group = i < before.length ? before[i] : fromEnd >= 0 ? after[fromEnd] : 0;
            halves[i >> 2] = halves[i >> 2] << 16 | group;
        }
        return new Ipv6Address(halves[0], halves[1]);
    }

    private static int[] groups(String part, String text) {
        if (part.isEmpty()) {
            return new int[0];
        }
        String[] words = part.split(":", -1);
        boolean dotted = words[words.length - 1].indexOf('.') >= 0;
        int[] groups = new int[words.length + (dotted ? 1 : 0)];
        if (groups.length > 8) {
            throw notAnAddress(text);
        }
        for (int i = 0; i < words.length; i++) {
            if (dotted && i == words.length - 1) {
                int tail = Ipv4Address.parse(words[i]).value();
                groups[i] = tail >>> 16;
                groups[i + 1] = tail & 0xffff;
            } else {
                groups[i] = hex(words[i], text);
            }
        }
        return groups;
    }

    private static int hex(String word, String text) {
        int value = word.isEmpty() || word.length() > 4 ? -1 : 0;
        for (int i = 0; i < word.length() && value >= 0; i++) {
            char c = word.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            value = digit < 0 ? -1 : value << 4 | digit;
        }
        if (value < 0) {
            throw notAnAddress(text);
        }
        return value;
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("'" + text + "' is not a numeric address such as 192.0.2.1 or 2001:db8::1");
    }

    private static int group(Ipv6Address address, int index) {
        long half = index < 4 ? address.high() : address.low();
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
    }
}
