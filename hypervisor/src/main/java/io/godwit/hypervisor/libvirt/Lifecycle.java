package io.godwit.hypervisor.libvirt;

/** What happens to a domain, as far as it matters to the network. */
public enum Lifecycle {
    /** A process waits for it: it comes from another host. */
    INCOMING,
    /** It runs, and did not come from elsewhere. */
    STARTED,
    /** It stands still, to run on at another host. */
    SUSPENDED_TO_LEAVE,
    /** It runs (again). */
    RESUMED,
    /** It runs at another host. */
    LEFT,
    /** Its process is gone. */
    ENDED
}
