package io.godwit.xtr.ingress;

/** What becomes of the outer DSCP on decapsulation (RFC 2983). */
public enum DscpMode {
    /** Copied to the inner header (RFC 9300 section 5.3). */
    UNIFORM,
    /** Forgotten: the inner one stays. */
    PIPE
}
