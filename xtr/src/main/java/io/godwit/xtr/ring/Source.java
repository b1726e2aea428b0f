package io.godwit.xtr.ring;

/** Stage 1: puts packets into the ring. */
public interface Source {
    /** Reads what is there, at most a batch, and publishes it; returns the number of packets. */
    int poll();

    /** How many it reads, one after the other in its thread's poller. */
    int descriptors();

    /** Whether there is work besides readable descriptors. Called before sleeping. */
    boolean hasWork();

    /** Whether the last {@link #poll} was refused by a device or socket, which may then stay readable for ever. */
    boolean isFailing();

    /** Once a loop: timers. */
    void tick();

    /** Milliseconds until {@link #tick} must be called again, -1 for never. */
    int idleMillis();
}
