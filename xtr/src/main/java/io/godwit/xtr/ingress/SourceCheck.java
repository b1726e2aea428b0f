package io.godwit.xtr.ingress;

/** Whether inner source EID and outer source RLOC must belong together (RFC 9300 section 16). Packets whose source is not mapped here pass. */
public enum SourceCheck {
    OFF,
    /** The outer source must be a locator of the inner source's mapping, when there is one. */
    MAPPED
}
