package io.godwit.hypervisor.libvirt;

import io.godwit.daemon.StartException;
import io.godwit.linux.Urgency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.libvirt.event.DomainEvent;
import org.libvirt.event.LifecycleListener;
import org.libvirt.event.StartedDetail;
import org.libvirt.event.StoppedDetail;
import org.libvirt.event.SuspendedDetail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** By org.libvirt, the only class that knows it. Its calls block, so they are made on a thread of this connection's own. */
public final class LibvirtConnection implements Libvirt {
    private static final Logger LOG = LoggerFactory.getLogger(LibvirtConnection.class);
    private static final int KEEP_ALIVE_SECONDS = 5;
    private static final int KEEP_ALIVES = 3;
    /** VIR_CONNECT_LIST_DOMAINS_ACTIVE. */
    private static final int ACTIVE = 1;
    /** Where libvirt's system daemon writes {@code NAME.pid}. */
    private static final Path PIDS = Path.of("/run/libvirt/qemu");

    /** At a stretch: an event takes less. */
    private static final long URGENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** By itself libvirt would print each error; whoever asked gets it as an exception. Called as long as it is reachable. */
    private static final org.libvirt.jna.Libvirt.VirErrorCallback SILENT = (nobody, error) -> {};

    private static boolean loopRuns;

    private final Connect connect;
    private final Listener listener;
    /** Registered as long as it is reachable. */
    private final LifecycleListener lifecycle = this::onLifecycle;

    private final ExecutorService calls = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("libvirt-calls").factory());

    LibvirtConnection(Connect connect, Listener listener) {
        this.connect = connect;
        this.listener = listener;
    }

    /**
     * Connects, and lets events come. Throws {@link StartException} where libvirt's library is not installed, {@link LibvirtGone} when
     * nobody answers.
     */
    public static LibvirtConnection open(String uri, Listener listener) {
        try {
            runLoop();
            LibvirtConnection connection = new LibvirtConnection(new Connect(uri), listener);
            connection.listen();
            return connection;
        } catch (LinkageError e) {
            throw new StartException(
                    "libvirt: " + uri
                            + " is configured, and libvirt's library cannot be loaded: install it (apt install"
                            + " libvirt0), or take libvirt out of the configuration",
                    e);
        } catch (LibvirtException e) {
            throw gone(e);
        }
    }

    /** Before the first connection is made; for all of them. */
    static synchronized void runLoop() throws LibvirtException {
        if (!loopRuns) {
            Library.initEventLoop();
            Connect.setErrorCallback(SILENT);
            Thread.ofPlatform().daemon().name("libvirt-events").start(LibvirtConnection::loop);
            loopRuns = true;
        }
    }

    private static void loop() {
        // A guest stands still, and its packets wait, until that is heard of.
        Urgency urgency = new Urgency(System::nanoTime, URGENT_NANOS, (nanos, review) -> {});
        urgency.begin();
        while (true) {
            try {
                Library.processEvent();
                urgency.review();
            } catch (LibvirtException e) {
                LOG.debug("libvirt's event loop: {}", e.getMessage());
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    private void listen() throws LibvirtException {
        hear();
        try {
            connect.registerCloseListener(
                    (which, reason) -> listener.onClosed("libvirt has ended the connection: " + reason));
            connect.setKeepAlive(KEEP_ALIVE_SECONDS, KEEP_ALIVES);
        } catch (LibvirtException e) {
            LOG.debug("no sign of life from this kind of libvirt: {}", e.getMessage());
        }
    }

    /** Lets events come, and nothing else. */
    Connect hear() throws LibvirtException {
        connect.addLifecycleListener(lifecycle);
        return connect;
    }

    private int onLifecycle(Domain domain, DomainEvent event) {
        long epochMicros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
        try {
            String name = domain.getName();
            lifecycle(event).ifPresent(what -> listener.onEvent(name, what, epochMicros));
        } catch (LibvirtException e) {
            LOG.debug("an event of a domain without a name: {}", e.getMessage());
        }
        return 0;
    }

    static Optional<Lifecycle> lifecycle(DomainEvent event) {
        Enum<?> detail = event.getDetail();
        return switch (event.getType()) {
            case STARTED -> Optional.of(detail == StartedDetail.MIGRATED ? Lifecycle.INCOMING : Lifecycle.STARTED);
            case SUSPENDED ->
                detail == SuspendedDetail.MIGRATED ? Optional.of(Lifecycle.SUSPENDED_TO_LEAVE) : Optional.empty();
            case RESUMED -> Optional.of(Lifecycle.RESUMED);
            case STOPPED -> Optional.of(detail == StoppedDetail.MIGRATED ? Lifecycle.LEFT : Lifecycle.ENDED);
            case DEFINED, UNDEFINED, SHUTDOWN, PMSUSPENDED, CRASHED, UNKNOWN -> Optional.empty();
        };
    }

    static LibvirtGone gone(LibvirtException e) {
        return new LibvirtGone(String.valueOf(e.getMessage()), e);
    }

    private <T> CompletableFuture<T> call(Callable<T> task) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            calls.execute(() -> {
                try {
                    answer.complete(task.call());
                } catch (LibvirtException e) {
                    answer.completeExceptionally(gone(e));
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LibvirtGone("the connection is closed", e));
        }
        return answer;
    }

    @Override
    public CompletableFuture<List<DomainInfo>> domains() {
        return call(() -> {
            List<DomainInfo> all = new ArrayList<>();
            for (Domain domain : connect.listAllDomains(ACTIVE)) {
                all.add(info(domain));
                domain.free();
            }
            return all;
        });
    }

    @Override
    public CompletableFuture<DomainInfo> describe(String name) {
        return call(() -> {
            Domain domain = connect.domainLookupByName(name);
            try {
                return info(domain);
            } finally {
                domain.free();
            }
        });
    }

    private static DomainInfo info(Domain domain) throws LibvirtException {
        String name = domain.getName();
        return new DomainInfo(name, DomainXml.nics(domain.getXMLDesc(0)), pid(name));
    }

    private static int pid(String name) {
        try {
            return Integer.parseInt(
                    Files.readString(PIDS.resolve(name + ".pid")).strip());
        } catch (IOException | IllegalArgumentException e) {
            return 0;
        }
    }

    @Override
    public CompletableFuture<Boolean> hasJob(String name) {
        return call(() -> {
            Domain domain = connect.domainLookupByName(name);
            try {
                return domain.getJobInfo().getType() != 0;
            } finally {
                domain.free();
            }
        });
    }

    @Override
    public void close() {
        var _ = call(() -> {
            connect.removeLifecycleListener(lifecycle);
            return connect.close();
        });
        calls.shutdown();
    }
}
