package io.godwit.daemon.config;

import java.util.Collection;
import java.util.Comparator;

/** What the user probably meant. */
final class Suggestion {
    private Suggestion() {}

    /** {@code , did you mean 'listen'?}, or nothing when no candidate is near. */
    static String of(String text, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> cost(text, candidate) <= Math.max(1, candidate.length() / 3))
                .min(Comparator.comparingInt(candidate -> cost(text, candidate)))
                .map(candidate -> ", did you mean '" + candidate + "'?")
                .orElse("");
    }

    private static int cost(String text, String candidate) {
        return text.length() > 2 && candidate.startsWith(text) ? 0 : distance(text, candidate);
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
