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

/**
 * A segment through pcap4j. Announcements (ARP, RARP, neighbour discovery) are read one and all; packets only from dynamic prefixes, as a
 * sample when there are many, and not more than every 100 ms of one host. Our own frames are not read: neither those sent, nor any with
 * our MAC.
 */
public final class PcapSegmentPort implements SegmentPort {
    private static final long DATA_INTERVAL_MILLIS = 100;
    private static final int MAX_REMEMBERED = 4_096;

    private final Segment segment;
    private final Consumer<Sighting> sightings;
    private final FrameCapture announcements;
    private final FrameCapture data;
    /** Of the data thread: when a host's packet was handed on last. */
    private final Map<IpAddress, Long> handedOn = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<IpAddress, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /** Throws {@code LinuxException} with a sentence for the operator. */
    public PcapSegmentPort(Segment segment, Consumer<Sighting> sightings) {
        this.segment = segment;
        this.sightings = sightings;
        String notOurs = " and not ether src " + segment.mac();
        announcements = new FrameCapture(
                segment.interfaceName(),
                "(arp or rarp or (icmp6 and (ip6[40] == 135 or ip6[40] == 136)))" + notOurs,
                false,
                this::onAnnouncement,
                SystemNanoClock.INSTANCE);
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
        segment.own().stream()
                .filter(own -> own.bits() == host.bits())
                .findFirst()
                .ifPresent(own -> announcements.send(HostProbe.frame(
                        host,
                        own,
                        org.pcap4j.util.MacAddress.getByAddress(segment.mac().toBytes()),
                        mac)));
    }

    @Override
    public void close() {
        announcements.close();
        data.close();
    }
}
