package io.godwit.lab.migrate;

/** How a guest's memory gets from one process to another. */
interface Mover {
    /** The memory is copied from now on, if it was not before. */
    void start(long octetsPerSecond);

    /** The guest shall stay where it is. */
    void cancel();

    /** It has ended, and the guest has not moved. */
    boolean failed();

    /** What there is to say of one that failed. */
    String diagnosis();
}
