package io.godwit.testing;

/**
 * A row of the conformance list.
 *
 * @param id {@code C001} to {@code C264}
 * @param section the heading it stands under, e.g. {@code F Solicit-Map-Request}
 * @param source where the requirement comes from, e.g. {@code RFC 9301 §5.4}
 * @param role who has to meet it, e.g. {@code ITR}
 * @param strength {@code M}ust, {@code S}hould, {@code O}ptional or {@code I} (a rule of this project); {@code M/S} when it has parts
 * @param requirement one sentence
 */
public record ConformanceRow(
        String id, String section, String source, String role, String strength, String requirement) {}
