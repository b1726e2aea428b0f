package io.godwit.daemon.life;

import io.godwit.daemon.management.CommonRoutes;
import io.godwit.daemon.management.ManagementServer;
import io.godwit.daemon.management.RouteTable;
import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.daemon.net.Timers;
import io.godwit.linux.SystemdNotifier;
import io.godwit.packet.address.IpAddress;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon that runs: its control thread, the daemon itself, and after them its management API. */
final class DaemonProcess {
    /** Everything a stop does has this long, so that the process is gone within two seconds on a busy machine too. */
    private static final int STOP_MILLIS = 1_500;

    private static final Logger LOG = LoggerFactory.getLogger(DaemonProcess.class);

    private final ControlThread control;
    private final Daemon daemon;
    private final ManagementServer management;

    private DaemonProcess(ControlThread control, Daemon daemon, ManagementServer management) {
        this.control = control;
        this.daemon = daemon;
        this.management = management;
    }

    /** Throws what stood in the way; nothing of it is left then. */
    static <C> DaemonProcess start(DaemonSpec<C> spec, C config) {
        ControlThread control = new ControlThread(spec.name());
        try {
            if (!onLoop(control, control::hurry)) {
                LOG.info("what decides on moves waits for processors like everything else: CAP_SYS_NICE is missing");
            }
            Daemon daemon = onLoop(control, () -> started(spec, config, control));
            try {
                ManagementServer management = serve(spec, config, daemon, control);
                SystemdNotifier.of(System.getenv()).ready();
                LOG.info("godwit {} is up", spec.name());
                return new DaemonProcess(control, daemon, management);
            } catch (RuntimeException e) {
                onLoop(control, () -> closed(daemon));
                throw e;
            }
        } catch (RuntimeException e) {
            control.close();
            throw e;
        }
    }

    private static <C> Daemon started(DaemonSpec<C> spec, C config, ControlThread control) {
        Daemon daemon = spec.create().apply(config, new Context(control));
        try {
            daemon.start();
            return daemon;
        } catch (RuntimeException e) {
            closed(daemon);
            throw e;
        }
    }

    private static boolean closed(Daemon daemon) {
        try {
            daemon.close();
            return true;
        } catch (RuntimeException e) {
            LOG.error("the stop failed", e);
            return false;
        }
    }

    private static <C> ManagementServer serve(DaemonSpec<C> spec, C config, Daemon daemon, ControlThread control) {
        RouteTable routes = new RouteTable();
        CommonRoutes.add(routes, spec.name());
        onLoop(control, () -> {
            daemon.routes(routes);
            return routes;
        });
        return ManagementServer.start(spec.management().apply(config), routes, control.timers());
    }

    /**
     * Takes leave within two seconds.
     *
     * @return whether everything ended in order
     */
    boolean stop() {
        LOG.info("stopping");
        SystemdNotifier.of(System.getenv()).stopping();
        CountDownLatch done = new CountDownLatch(1);
        Thread stopper = new Thread(
                () -> {
                    // First what matters to others: they stop sending to us.
                    onLoop(control, () -> closed(daemon));
                    control.close();
                    management.close();
                    done.countDown();
                },
                "stopper");
        stopper.setDaemon(true);
        stopper.start();
        try {
            if (done.await(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                return true;
            }
            LOG.warn("the stop took too long and was cut short");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static <T> T onLoop(ControlThread control, Callable<T> task) {
        try {
            return control.loop().submit(task).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private record Context(ControlThread control) implements DaemonContext {
        @Override
        public Timers timers() {
            return control.timers();
        }

        @Override
        public EventLoop eventLoop() {
            return control.loop();
        }

        @Override
        public ControlTransport open(List<IpAddress> addresses, int port) {
            return NettyControlTransport.open(control.loop(), Optional.of(control.sending()), addresses, port);
        }
    }
}
