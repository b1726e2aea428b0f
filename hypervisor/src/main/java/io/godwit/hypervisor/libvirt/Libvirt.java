package io.godwit.hypervisor.libvirt;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A connection to libvirt. Answers come on threads of its own; what it cannot answer fails with {@link LibvirtGone}. */
public interface Libvirt extends AutoCloseable {
    /** Who wants to know. Called on a thread of libvirt's, and must return at once. */
    interface Listener {
        /** @param epochMicros wall clock: libvirt's events have no time of their own */
        void onEvent(String domain, Lifecycle event, long epochMicros);

        /** The connection has ended: called once. */
        void onClosed(String reason);
    }

    /** Opens a connection. */
    @FunctionalInterface
    interface Connector {
        /** Throws {@link LibvirtGone} when there is nobody to connect to. */
        Libvirt connect(Listener listener);
    }

    /** Domains that have a process. */
    CompletableFuture<List<DomainInfo>> domains();

    CompletableFuture<DomainInfo> describe(String domain);

    /** Whether something long is done with it, such as a migration. */
    CompletableFuture<Boolean> hasJob(String domain);

    @Override
    void close();
}
