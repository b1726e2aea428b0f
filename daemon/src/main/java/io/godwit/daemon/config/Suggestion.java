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

    /** Levenshtein distance, where two letters that changed places count once. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, i, j, cost);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(String a, String b, int i, int j, int[][] cost) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int cheapest = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(cheapest, 1 + cost[i - 2][j - 2]) : cheapest;
    }
}
