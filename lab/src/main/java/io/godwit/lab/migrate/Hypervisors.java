package io.godwit.lab.migrate;

import io.godwit.lab.demo.Host;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What runs the guest in each cloud, and moves it. */
interface Hypervisors extends AutoCloseable {
    /** Whatever must be there before a guest is. */
    void start();

    /** Boots the guest. */
    Qemu boot(Host cloud);

    /** A process waits for the guest in the other cloud; its memory is not copied yet, or slowly. */
    Migration migration(Qemu source, Host destination);

    /** Each process that is to have the guest gets a tap of its own; otherwise a cloud keeps the one that it has. */
    boolean makesTaps();

    /** The line of the agent's configuration that says what it watches. */
    String watched(Host cloud);

    /** Where the agent's management socket is, as the agent sees it. */
    Path agentSocket(Host cloud);

    /** By which the agent of the other cloud knows this one among several; empty where guests do not come by TCP, which shows it. */
    Optional<String> address(Host cloud);

    /** What the agent's command begins with, so that it is on the same host. */
    List<String> beside(Host cloud);

    @Override
    void close();
}
