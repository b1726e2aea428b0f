package io.godwit.daemon.life;

import io.godwit.daemon.management.Routes;

/** The working part of a daemon. All methods run on the control thread. */
public interface Daemon {
    /**
     * Opens what is left to open and begins to work. Throws {@link io.godwit.daemon.StartException} or {@code LinuxException}: its sentence
     * is all the operator sees.
     */
    void start();

    /** Says what the management API serves. After {@link #start}: forwarding comes first. */
    void routes(Routes routes);

    /**
     * Takes leave: deregisters, removes what it put into the kernel. What it sends is still sent. Also called after a {@link #start} that
     * failed. Everything together, it and the end of the process, has two seconds.
     */
    void close();
}
