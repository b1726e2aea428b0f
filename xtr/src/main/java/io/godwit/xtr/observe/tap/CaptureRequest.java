package io.godwit.xtr.observe.tap;

import java.util.Map;

/**
 * What to capture.
 *
 * @param filter a pcap filter for the inner packet, or empty
 * @param count packets, each of which may be in the file as it came and as it left
 * @param seconds to capture for
 * @param snapLength octets of each packet at most
 */
public record CaptureRequest(String filter, boolean inner, boolean outer, int count, int seconds, int snapLength) {
    private static final int MAX_SNAP = 65_535 + 64;

    /**
     * From the parameters of a query, all optional: {@code filter}, {@code layers} (inner, outer or both), {@code count}, {@code seconds} and
     * {@code snaplen}. Throws {@link IllegalArgumentException} with a sentence for the user.
     */
    public static CaptureRequest of(Map<String, String> query) {
        String layers = query.getOrDefault("layers", "both");
        if (!layers.equals("inner") && !layers.equals("outer") && !layers.equals("both")) {
            throw new IllegalArgumentException("layers must be inner, outer or both, not '" + layers + "'");
        }
        return new CaptureRequest(
                query.getOrDefault("filter", ""),
                !layers.equals("outer"),
                !layers.equals("inner"),
                number(query, "count", Integer.MAX_VALUE),
                number(query, "seconds", Integer.MAX_VALUE),
                Math.min(MAX_SNAP, number(query, "snaplen", MAX_SNAP)));
    }

    private static int number(Map<String, String> query, String key, int otherwise) {
        String text = query.get(key);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(key + " must be a number from 1 on, not '" + text + "'");
        }
        return Integer.parseInt(text);
    }
}
