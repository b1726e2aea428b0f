package io.godwit.xtr.config;

import java.time.Duration;

/**
 * RLOC-probing (RFC 9301 section 7.1).
 *
 * @param enabled whether RLOCs that packets go to are asked for a sign of life
 * @param interval how often, give or take a quarter
 */
public record ProbingConfig(boolean enabled, Duration interval) {
    /** Of an interval: an answer is waited for that long. */
    public static final Duration LEAST = Duration.ofSeconds(1);

    public static final ProbingConfig OFF = new ProbingConfig(false, Duration.ofSeconds(10));
}
