package io.godwit.xtr.control.segment;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment through pcap4j. Announcements (ARP, RARP, neighbour discovery) are read one and all; packets only from dynamic prefixes, as a
 * sample when there are many, and not more than every 100 ms of one host. Our own frames are not read: neither those sent, nor any with
 * our MAC.
 */
public final class PcapSegmentPort implements SegmentPort {
    private static final Logger LOG = LoggerFactory.getLogger(PcapSegmentPort.class);
    private static final long DATA_INTERVAL_MILLIS = 100;
    private static final int MAX_REMEMBERED = 4_096;

    private final Segment segment;
    private final Consumer<Sighting> sightings;
    private final FrameCapture announcements;
    private final FrameCapture data;
    private final FrameSender sender;
    private final SegmentFrames made;
    private final StrayFrames strays;
    /** Of the data thread: when a host's packet was handed on last. */
    private final Map<IpAddress, Long> handedOn = new Recent();
    /** Of the thread of stray packets: when the same was done for a destination. */
    private final Map<IpAddress, Long> corrected = new Recent();

    /** Throws {@code LinuxException} with a sentence for the operator. */
    public PcapSegmentPort(Segment segment, Consumer<Sighting> sightings) {
        this.segment = segment;
        this.sightings = sightings;
        made = new SegmentFrames(segment);
        String notOurs = " and not ether src " + segment.mac();
        announcements = new FrameCapture(
                segment.interfaceName(),
                "(arp or rarp or (icmp6 and (ip6[40] == 135 or ip6[40] == 136)))" + notOurs,
                false,
                this::onAnnouncement,
                SystemNanoClock.INSTANCE);
        sender = new FrameSender(segment.interfaceName(), announcements::send);
        strays = new StrayFrames(segment, this::onStray, SystemNanoClock.INSTANCE);
        String sources =
                segment.prefixes().stream().map(PcapSegmentPort::filter).collect(Collectors.joining(" or ", "(", ")"));
        data = new FrameCapture(
                segment.interfaceName(), sources + notOurs, true, this::onData, SystemNanoClock.INSTANCE);
    }

    private static String filter(EidPrefix prefix) {
        boolean ipv4 = ((IpAddress) prefix.address()).isIpv4();
        return (ipv4 ? "(ip src net " : "(ip6 src net ") + prefix.address() + "/" + prefix.length() + ")";
    }

    private void onAnnouncement(byte[] frame, long epochMillis) {
        SightingParser.parse(segment.interfaceName(), frame, epochMillis).ifPresent(sightings);
    }

    private void onData(byte[] frame, long epochMillis) {
        SightingParser.parse(segment.interfaceName(), frame, epochMillis)
                .filter(this::isDue)
                .ifPresent(sightings);
    }

    private void onStray(Sighting sighting) {
        IpAddress to = sighting.asksFor().orElseThrow();
        long now = sighting.epochMillis();
        Long last = corrected.get(to);
        if (last == null || now - last >= DATA_INTERVAL_MILLIS || now < last) {
            corrected.put(to, now);
            sightings.accept(sighting);
        }
    }

    private boolean isDue(Sighting sighting) {
        IpAddress host = sighting.ip().orElseThrow();
        Long last = handedOn.get(host);
        if (last != null && sighting.epochMillis() - last < DATA_INTERVAL_MILLIS && sighting.epochMillis() >= last) {
            return false;
        }
        handedOn.put(host, sighting.epochMillis());
        return true;
    }

    @Override
    public String interfaceName() {
        return segment.interfaceName();
    }

    @Override
    public void probe(IpAddress host, Optional<MacAddress> mac) {
        made.probe(host, mac).ifPresent(announcements::send);
    }

    @Override
    public void answer(IpAddress host, IpAddress asker, MacAddress askerMac) {
        send(made.answer(host, asker, askerMac));
    }

    @Override
    public void announce(IpAddress host, MacAddress mac, Optional<MacAddress> to) {
        send(made.announcement(host, mac, to));
    }

    @Override
    public void announceHere(IpAddress host, Optional<MacAddress> to) {
        announce(host, segment.mac(), to);
    }

    @Override
    public void follow(MacAddress host) {
        strays.follow(host);
    }

    private void send(byte[] frame) {
        if (!sender.offer(frame)) {
            LOG.debug("{} is told too much at once", segment.interfaceName());
        }
    }

    @Override
    public void close() {
        strays.close();
        sender.close();
        announcements.close();
        data.close();
    }

    private static final class Recent extends LinkedHashMap<IpAddress, Long> {
        private static final long serialVersionUID = 1;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<IpAddress, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    }
}
