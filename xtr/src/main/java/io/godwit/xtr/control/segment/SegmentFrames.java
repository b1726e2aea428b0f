package io.godwit.xtr.control.segment;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.Optional;

/** What an xTR says on a segment, from the Ethernet header on. */
public final class SegmentFrames {
    private final SegmentPort.Segment segment;

    public SegmentFrames(SegmentPort.Segment segment) {
        this.segment = segment;
    }

    /** As {@link SegmentPort#probe}; empty when we have no address of the family of {@code host}. */
    public Optional<byte[]> probe(IpAddress host, Optional<MacAddress> mac) {
        return own(host).map(own -> HostProbe.frame(
                        host,
                        own,
                        org.pcap4j.util.MacAddress.getByAddress(segment.mac().toBytes()),
                        mac)
                .getRawData());
    }

    /** As {@link SegmentPort#answer}. */
    public byte[] answer(IpAddress host, IpAddress asker, MacAddress askerMac) {
        return NeighbourFrames.answer(host, segment.mac(), source(host), asker, askerMac);
    }

    /** As {@link SegmentPort#announce}. */
    public byte[] announcement(IpAddress host, MacAddress mac, Optional<MacAddress> to) {
        return NeighbourFrames.announcement(host, mac, segment.mac(), source(host), to);
    }

    private Optional<IpAddress> own(IpAddress host) {
        return segment.own().stream().filter(own -> own.bits() == host.bits()).findFirst();
    }

    /** Ours of the family of {@code host}; without one the host speaks for itself. */
    private IpAddress source(IpAddress host) {
        return own(host).orElse(host);
    }
}
