package io.godwit.xtr.rehearsal;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.segment.SegmentPort;
import java.util.Optional;

/** A segment without anybody to be told. */
public record QuietSegment(String interfaceName) implements SegmentPort {
    @Override
    public void probe(IpAddress host, Optional<MacAddress> mac) {}

    @Override
    public void answer(IpAddress host, IpAddress asker, MacAddress askerMac) {}

    @Override
    public void announce(IpAddress host, MacAddress mac, Optional<MacAddress> to) {}

    @Override
    public void announceHere(IpAddress host, Optional<MacAddress> to) {}

    @Override
    public void follow(MacAddress host) {}

    @Override
    public void close() {}
}
