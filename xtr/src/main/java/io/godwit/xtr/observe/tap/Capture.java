package io.godwit.xtr.observe.tap;

import io.godwit.daemon.management.OctetStream;
import io.godwit.linux.pcap.FilterCompiler;
import io.godwit.xtr.ring.PacketFilter;
import io.godwit.xtr.ring.Tap;
import io.godwit.xtr.ring.Taps;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.NanoClock;

/**
 * Streams packets to a client as a pcapng file, with a thread of its own while it lasts. When the client is slower than the packets, the tap's ring fills, and
 * what finds no room there is counted and told in the file's statistics.
 */
public final class Capture implements Runnable {
    private static final int RING = 1 << 24;
    private static final int BATCH = 256;
    private static final int CHUNK = 1 << 18;
    private static final long IDLE_NANOS = 2_000_000;
    /** The last packet chosen, and what came before it on the other direction's thread, have left by then. */
    private static final long LINGER_NANOS = 200_000_000;

    private final Taps taps;
    private final Tap tap;
    private final OctetStream stream;
    private final NanoClock clock;
    private final CaptureFile file;
    private long endNanos;

    private Capture(
            Taps taps,
            TapNames names,
            CaptureRequest request,
            OctetStream stream,
            EpochNanoClock epoch,
            NanoClock clock) {
        this.taps = taps;
        this.stream = stream;
        this.clock = clock;
        long now = clock.nanoTime();
        endNanos = now + TimeUnit.SECONDS.toNanos(request.seconds());
        file = new CaptureFile(request, names, epoch.nanoTime() - now);
        PacketFilter filter = request.filter().isBlank()
                ? PacketFilter.ALL
                : new PacketFilter(FilterCompiler.compile(request.filter()));
        tap = new Tap(filter, new Tap.Extent(request.count(), request.snapLength(), false), RING);
    }

    /**
     * Begins, and returns at once. It ends when the client goes away, or has what it asked for.
     *
     * @throws io.godwit.linux.LinuxException with a sentence for the user, when the filter is none
     * @throws IllegalStateException when too many taps are at work
     */
    public static void start(
            Taps taps,
            TapNames names,
            CaptureRequest request,
            OctetStream stream,
            EpochNanoClock epoch,
            NanoClock clock) {
        Capture capture = new Capture(taps, names, request, stream, epoch, clock);
        if (!taps.add(capture.tap)) {
            throw new IllegalStateException(
                    "there are " + Taps.MAX + " captures or traces already: end one of them first");
        }
        Thread.ofPlatform().daemon().name("godwit-capture").start(capture);
    }

    @Override
    public void run() {
        MessageHandler handler = (type, buffer, index, length) -> file.add(type, buffer, index);
        try {
            while (stream.isOpen() && clock.nanoTime() < endNanos) {
                if (tap.left() == 0) {
                    endNanos = Math.min(endNanos, clock.nanoTime() + LINGER_NANOS);
                }
                int read = stream.isReady() ? drain(handler) : 0;
                send();
                if (read == 0) {
                    LockSupport.parkNanos(IDLE_NANOS);
                }
            }
        } finally {
            taps.remove(tap);
        }
        // What the ring still holds is bounded, and so is what may pile up for a slow client.
        while (drain(handler) > 0) {
            send();
        }
        file.end(clock.nanoTime(), tap.lost());
        send();
        stream.close();
    }

    private int drain(MessageHandler handler) {
        int sum = 0;
        int read;
        do {
            read = tap.read(handler, BATCH);
            sum += read;
        } while (read > 0 && file.size() < CHUNK);
        return sum;
    }

    private void send() {
        if (file.size() > 0) {
            stream.write(file.take());
        }
    }
}
