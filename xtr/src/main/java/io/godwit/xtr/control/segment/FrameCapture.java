package io.godwit.xtr.control.segment;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Urgency;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames that come in on an interface, as far as a filter lets them, read by a thread of its own. */
final class FrameCapture implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FrameCapture.class);
    private static final int SNAPLEN = 128;
    private static final int BUFFER = 256 * 1024;
    private static final int TIMEOUT_MILLIS = 100;
    /** After so many frames on end, a pause: the kernel drops what does not fit into the buffer, cheaper than we could. */
    private static final int BATCH = 64;

    /** At a stretch: hundreds of frames. */
    private static final long URGENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long REOPEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Receives frames on the capture's thread. */
    @FunctionalInterface
    interface Frames {
        /** @param frame from the Ethernet header on, cut off after {@value #SNAPLEN} octets */
        void onFrame(byte[] frame, long epochMillis);
    }

    private final String interfaceName;
    private final String filter;
    private final boolean sampled;
    private final PromiscuousMode mode;
    private final Frames frames;
    private final NanoClock clock;
    private final Thread thread;
    private volatile PcapHandle handle;
    private volatile boolean closed;

    /**
     * @param filter for libpcap
     * @param sampled whether frames may be left out when there are many
     */
    FrameCapture(String interfaceName, String filter, boolean sampled, Frames frames, NanoClock clock) {
        this(interfaceName, filter, sampled, PromiscuousMode.NONPROMISCUOUS, frames, clock);
    }

    /** Frames to others, too, as a sample. */
    static FrameCapture promiscuous(String interfaceName, String filter, Frames frames, NanoClock clock) {
        return new FrameCapture(interfaceName, filter, true, PromiscuousMode.PROMISCUOUS, frames, clock);
    }

    private FrameCapture(
            String interfaceName,
            String filter,
            boolean sampled,
            PromiscuousMode mode,
            Frames frames,
            NanoClock clock) {
        this.mode = mode;
        this.interfaceName = interfaceName;
        this.filter = filter;
        this.sampled = sampled;
        this.frames = frames;
        this.clock = clock;
        try {
            handle = open();
        } catch (PcapNativeException | NotOpenException e) {
            throw new LinuxException(
                    "cannot listen for hosts on " + interfaceName + ": " + e.getMessage()
                            + " (it needs root or CAP_NET_RAW)",
                    Errno.EPERM);
        } catch (UnsatisfiedLinkError e) {
            throw new LinuxException("libpcap is missing: install it (apt install libpcap0.8)", Errno.ENOENT);
        }
        thread = new Thread(this::run, "segment-" + interfaceName + (sampled ? "-data" : "-announcements"));
        thread.setDaemon(true);
        thread.start();
    }

    private PcapHandle open() throws PcapNativeException, NotOpenException {
        PcapHandle opened = new PcapHandle.Builder(interfaceName)
                .snaplen(SNAPLEN)
                .bufferSize(BUFFER)
                .timeoutMillis(TIMEOUT_MILLIS)
                .promiscuousMode(mode)
                .immediateMode(true)
                .build();
        opened.setDirection(PcapDirection.IN);
        opened.setFilter(filter, BpfCompileMode.OPTIMIZE);
        return opened;
    }

    /** From any thread. */
    void send(byte[] frame) {
        try {
            handle.sendPacket(frame);
        } catch (PcapNativeException | NotOpenException e) {
            LOG.debug("a frame on {} was not sent", interfaceName, e);
        }
    }

    private void run() {
        // A host has moved: until that is known its packets are lost.
        Urgency urgency = new Urgency(clock::nanoTime, URGENT_NANOS, (nanos, review) -> {});
        urgency.begin();
        int batch = 0;
        while (!closed) {
            long start = clock.nanoTime();
            boolean got = readOne();
            urgency.review();
            long waited = clock.nanoTime() - start;
            if (got) {
                batch = waited > PAUSE_NANOS ? 1 : batch + 1;
                if (sampled && batch >= BATCH) {
                    batch = 0;
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } else if (waited < PAUSE_NANOS && !closed) {
                reopen();
            }
        }
        handle.close();
    }

    private boolean readOne() {
        try {
            byte[] frame = handle.getNextRawPacket();
            if (frame == null) {
                return false;
            }
            frames.onFrame(frame, handle.getTimestamp().getTime());
            return true;
        } catch (NotOpenException e) {
            return false;
        }
    }

    /** Nothing came, and no time passed: the interface went down or vanished. */
    private void reopen() {
        LockSupport.parkNanos(REOPEN_NANOS);
        if (closed) {
            return;
        }
        try {
            PcapHandle fresh = open();
            PcapHandle old = handle;
            handle = fresh;
            old.close();
        } catch (PcapNativeException | NotOpenException e) {
            LOG.debug("{} cannot be listened on at present", interfaceName, e);
        }
    }

    /** The thread closes what it reads from: within a read's timeout. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
