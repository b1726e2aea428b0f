package io.godwit.xtr.control.core;

/**
 * Something the operator may want to read in a timeline.
 *
 * @param sequence counts from 1; gaps mean that older events were overwritten
 * @param epochMillis wall clock, milliseconds since 1970
 * @param kind {@link EventKind#text()}
 * @param eid the EID-prefix concerned, or empty
 */
public record Event(long sequence, long epochMillis, String kind, String eid, String detail) {}
