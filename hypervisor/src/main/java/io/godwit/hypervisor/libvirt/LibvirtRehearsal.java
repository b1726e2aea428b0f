package io.godwit.hypervisor.libvirt;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears events of a domain that nobody has. The first event of a process takes a tenth of a second, and no guest should stand still that long. */
public final class LibvirtRehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(LibvirtRehearsal.class);

    /** Part of libvirt's library, with domains in memory: they say so when one pauses and resumes, as others do when they move. */
    private static final String DRIVER_FOR_TESTS = "test:///default";

    private static final int EVENTS = 100;
    private static final int PATIENCE_SECONDS = 10;

    private LibvirtRehearsal() {}

    /** Throws {@link LibvirtGone} when it cannot; then nothing is worse than before. */
    public static void run() {
        CountDownLatch heard = new CountDownLatch(EVENTS);
        try {
            LibvirtConnection.runLoop();
            try (LibvirtConnection connection =
                    new LibvirtConnection(new Connect(DRIVER_FOR_TESTS), new Counting(heard::countDown))) {
                pauseAndResume(connection.hear());
                if (!heard.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.debug("not warm: {} events have not come", heard.getCount());
                }
            }
        } catch (LinkageError e) {
            throw new LibvirtGone("libvirt's library cannot be loaded", e);
        } catch (LibvirtException e) {
            throw LibvirtConnection.gone(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pauseAndResume(Connect connect) throws LibvirtException {
        Domain domain = connect.domainLookupByName("test");
        try {
            for (int i = 0; i < EVENTS; i++) {
                domain.suspend();
                domain.resume();
            }
        } finally {
            domain.free();
        }
    }

    private record Counting(Runnable heard) implements Libvirt.Listener {
        @Override
        public void onEvent(String domain, Lifecycle event, long epochMicros) {
            heard.run();
        }

        @Override
        public void onClosed(String reason) {}
    }
}
