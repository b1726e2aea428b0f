package io.godwit.xtr.ingress;

/** Whether inner source EID and outer source RLOC must belong together (RFC 9300 section 16). */
public enum SourceCheck {
    OFF,
    /** The outer source must be a locator of the inner source's mapping, when there is one here. */
    LOOSE,
    /** There must be such a mapping: a packet whose source is not mapped yet is dropped, and the mapping asked for. */
    STRICT
}
