package io.godwit.hypervisor.replay;

import io.godwit.hypervisor.replay.Undelivered.Copy;
import io.godwit.linux.TapQueue;
import io.godwit.linux.ThreadPriority;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what goes into the tap of a guest that is about to leave. Frames that the kernel put there after the guest had stopped never
 * reached it, not even the one that QEMU still reads then; and of those before it, QEMU purges the one that it has read and not yet handed
 * on. All are sent again, into the TUN of the xTR, which by then forwards them to where the guest goes. One that the guest did get comes
 * twice then: that costs less than a loss.
 *
 * <p>It works beside any way of giving the tap to QEMU, because it reads a copy. Read on a thread of its own; used from any.
 */
public final class TapReplay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TapReplay.class);
    /** Longer ones are not sent again. */
    private static final int LARGEST = 9_000;

    static final int SNAPLEN = LARGEST + Frames.ETHERNET;
    /** Of the kernel, in which each copy takes as much as the longest: 10 ms at 100,000 packets a second. */
    private static final int BUFFER = 16 << 20;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** At 100,000 packets a second so many arrive within the time from a stop to a switch. */
    private static final int MAX_FRAMES = 8_192;

    private static final int MAX_OCTETS = 16 << 20;
    private static final long REMEMBERED_MICROS = TimeUnit.SECONDS.toMicros(3);
    private static final int REHEARSED = 64;

    private final String tap;
    private final List<TapQueue> queues;
    private final PcapHandle capture;
    private final ArrayDeque<Copy> frames = new ArrayDeque<>();
    private int octets;
    private @Nullable PcapHandle out;
    /** Becomes {@link #out} when the xTR has switched. */
    private @Nullable PcapHandle opened;

    private volatile boolean closed;
    private int sent;
    private int skipped;

    private TapReplay(String tap, List<TapQueue> queues, PcapHandle capture) {
        this.tap = tap;
        this.queues = List.copyOf(queues);
        this.capture = capture;
        Thread thread = new Thread(this::run, "tap-" + tap);
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes the queues over. Throws {@link IOException} with a sentence for the operator. */
    public static TapReplay open(String tap, List<TapQueue> queues) throws IOException {
        try {
            PcapHandle handle = handle(tap, SNAPLEN, BUFFER);
            handle.setDirection(PcapDirection.OUT);
            handle.setBlockingMode(BlockingMode.NONBLOCKING);
            handle.setFilter("(ip or ip6) and not ether multicast", BpfCompileMode.OPTIMIZE);
            return new TapReplay(tap, queues, handle);
        } catch (PcapNativeException | NotOpenException e) {
            throw new IOException("cannot read " + tap + ": " + e.getMessage() + " (it needs CAP_NET_RAW)", e);
        } catch (UnsatisfiedLinkError e) {
            throw new IOException("libpcap is missing: install it (apt install libpcap0.8)", e);
        }
    }

    private static PcapHandle handle(String name, int snaplen, int buffer) throws PcapNativeException {
        return new PcapHandle.Builder(name)
                .snaplen(snaplen)
                .bufferSize(buffer)
                .timeoutMillis(1)
                .promiscuousMode(PromiscuousMode.NONPROMISCUOUS)
                .immediateMode(true)
                .build();
    }

    /**
     * Does once what a move does, with packets that nobody sent: they leave on {@code name}, a loopback interface, without the Ethernet header
     * that they would need there.
     */
    public static void rehearse(String name) throws IOException {
        TapReplay tap = open(name, List.of());
        try {
            tap.ready(name);
            byte[] frame = Frames.sample();
            for (int i = 0; i < REHEARSED; i++) {
                tap.onFrame(new Copy(frame, i));
            }
            tap.takeCopies();
            tap.replay(name, REHEARSED - 1, 2);
            tap.drain();
            tap.sent = 0;
        } finally {
            tap.close();
        }
    }

    private void run() {
        ThreadPriority.prefer();
        while (!closed) {
            takeCopies();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        capture.close();
    }

    /** Those of all that is in the tap by now: the kernel makes the copy first. */
    private synchronized void takeCopies() {
        try {
            while (!closed) {
                byte[] frame = capture.getNextRawPacket();
                if (frame == null) {
                    return;
                }
                var time = capture.getTimestamp();
                onFrame(new Copy(
                        frame,
                        TimeUnit.SECONDS.toMicros(Math.floorDiv(time.getTime(), 1_000)) + time.getNanos() / 1_000));
            }
        } catch (NotOpenException e) {
            throw new IllegalStateException("only the reader closes it, once this is closed", e);
        }
    }

    private synchronized void onFrame(Copy frame) {
        if (out != null) {
            if (queues.isEmpty()) {
                send(frame.octets());
            }
            return;
        }
        frames.addLast(frame);
        octets += frame.octets().length;
        while (frames.size() > MAX_FRAMES
                || octets > MAX_OCTETS
                || frames.getFirst().epochMicros() < frame.epochMicros() - REMEMBERED_MICROS) {
            octets -= frames.removeFirst().octets().length;
        }
    }

    /** Opens {@code tun} now, so that {@link #replay} need not: newer packets wait for what it sends. */
    public synchronized void ready(String tun) throws IOException {
        if (opened == null && out == null && !closed) {
            opened = openOut(tun);
        }
    }

    /**
     * Sends into {@code tun} what the guest did not get, and what still comes from now on. The xTR has switched.
     *
     * @param stopMicros when the guest stopped, wall clock
     * @param before so many of the last that it may have got, too
     */
    public synchronized void replay(String tun, long stopMicros, int before) throws IOException {
        ready(tun);
        takeCopies();
        List<Copy> copies = List.copyOf(frames);
        List<byte[]> undelivered = queues.isEmpty()
                ? Undelivered.guessed(copies, stopMicros, before)
                : Undelivered.of(copies, waiting(), stopMicros, before);
        out = opened;
        opened = null;
        undelivered.forEach(this::send);
        frames.clear();
    }

    private static PcapHandle openOut(String tun) throws IOException {
        try {
            PcapHandle handle = handle(tun, 64, 1 << 16);
            handle.setFilter("less 1", BpfCompileMode.OPTIMIZE);
            return handle;
        } catch (PcapNativeException | NotOpenException e) {
            throw new IOException("cannot send into " + tun + ": " + e.getMessage(), e);
        }
    }

    /** What still came into the tap after {@link #replay}. */
    public synchronized void drain() {
        waiting().forEach(this::send);
    }

    private List<byte[]> waiting() {
        List<byte[]> waiting = new ArrayList<>();
        for (TapQueue queue : queues) {
            while (!closed && waiting.size() < MAX_FRAMES) {
                Optional<byte[]> frame = queue.poll();
                if (frame.isEmpty()) {
                    break;
                }
                if (Frames.isForOneHost(frame.get())) {
                    waiting.add(frame.get());
                }
            }
        }
        return waiting;
    }

    private void send(byte[] frame) {
        PcapHandle to = out;
        if (to == null) {
            return;
        }
        Frames.packet(frame, LARGEST)
                .ifPresentOrElse(
                        packet -> {
                            try {
                                to.sendPacket(packet);
                                sent++;
                            } catch (PcapNativeException | NotOpenException e) {
                                skipped++;
                                LOG.debug("a packet of {} was not sent again: {}", tap, e.getMessage());
                            }
                        },
                        () -> skipped++);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            queues.forEach(TapQueue::close);
        }
        if (opened != null) {
            opened.close();
            opened = null;
        }
        if (!closed && out != null) {
            out.close();
            if (sent + skipped > 0) {
                LOG.info("{}: {} packets sent again, {} could not be", tap, sent, skipped);
            }
        }
        out = null;
        closed = true;
    }
}
