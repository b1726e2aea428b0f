package io.godwit.lab.migrate;

/**
 * A line of a move's timeline.
 *
 * @param epochMillis by the machine's wall clock, with fractions where they are known
 */
record Happening(double epochMillis, String who, String what) {}
