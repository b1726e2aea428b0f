package io.godwit.xtr.control.segment;

import io.godwit.linux.LinuxException;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packets that a host which has just come sends to the MACs of neighbours that stayed where it was. Nobody here has these MACs; the
 * sighting that each becomes asks for its destination. The interface is promiscuous only while somebody is followed, and only frames of
 * those are read.
 */
final class StrayFrames implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StrayFrames.class);
    /** Longer than hosts believe what they know of a neighbour without asking. */
    private static final Duration FOLLOWED = Duration.ofMinutes(2);

    private static final int MAX_FOLLOWED = 64;
    private static final long PAUSE_MILLIS = 20;

    private final SegmentPort.Segment segment;
    private final Consumer<Sighting> sightings;
    private final NanoClock clock;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("segment-strays").unstarted(task));
    /** Of the executor's thread: until when each is followed. */
    private final Map<MacAddress, Long> followed = new HashMap<>();

    private @Nullable FrameCapture capture;
    private boolean reopening;

    StrayFrames(SegmentPort.Segment segment, Consumer<Sighting> sightings, NanoClock clock) {
        this.segment = segment;
        this.sightings = sightings;
        this.clock = clock;
    }

    void follow(MacAddress mac) {
        executor.execute(() -> {
            if (followed.size() < MAX_FOLLOWED || followed.containsKey(mac)) {
                boolean fresh = followed.put(mac, clock.nanoTime() + FOLLOWED.toNanos()) == null;
                var _ = executor.schedule(this::expire, FOLLOWED.toMillis() + PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                if (fresh) {
                    reopenSoon();
                }
            }
        });
    }

    private void expire() {
        if (followed.values().removeIf(until -> until - clock.nanoTime() <= 0)) {
            reopenSoon();
        }
    }

    /** Once for all that come together. */
    private void reopenSoon() {
        if (!reopening) {
            reopening = true;
            var _ = executor.schedule(this::reopen, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void reopen() {
        reopening = false;
        FrameCapture old = capture;
        capture = null;
        try {
            if (!followed.isEmpty()) {
                capture = FrameCapture.promiscuous(segment.interfaceName(), filter(), this::onFrame, clock);
            }
        } catch (LinuxException e) {
            LOG.warn(
                    "neighbours of hosts that came to {} are not corrected: {}",
                    segment.interfaceName(),
                    e.getMessage());
        }
        if (old != null) {
            old.close();
        }
    }

    private String filter() {
        String from = followed.keySet().stream().map(mac -> "ether src " + mac).collect(Collectors.joining(" or "));
        String to = segment.prefixes().stream().map(StrayFrames::destination).collect(Collectors.joining(" or "));
        return "not ether dst " + segment.mac() + " and not ether multicast and (" + from + ") and (" + to + ")";
    }

    private static String destination(EidPrefix prefix) {
        boolean ipv4 = ((IpAddress) prefix.address()).isIpv4();
        return (ipv4 ? "(ip dst net " : "(ip6 dst net ") + prefix.address() + "/" + prefix.length() + ")";
    }

    private void onFrame(byte[] frame, long epochMillis) {
        SightingParser.parse(segment.interfaceName(), frame, epochMillis)
                .filter(sighting -> !sighting.announcement())
                .flatMap(sighting -> SightingParser.destination(frame).map(sighting::asking))
                .ifPresent(sightings);
    }

    @Override
    public void close() {
        executor.execute(() -> {
            followed.clear();
            reopen();
        });
        // What is scheduled for later is dropped; what was just given is done.
        executor.shutdown();
    }
}
