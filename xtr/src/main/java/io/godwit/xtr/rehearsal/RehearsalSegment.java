package io.godwit.xtr.rehearsal;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.control.segment.SegmentFrames;
import io.godwit.xtr.control.segment.SegmentPort;
import java.util.Optional;

/** A segment for which every frame is made, and none is sent. */
record RehearsalSegment(String interfaceName, SegmentFrames made) implements SegmentPort {
    @Override
    public void probe(IpAddress host, Optional<MacAddress> mac) {
        var _ = made.probe(host, mac);
    }

    @Override
    public void answer(IpAddress host, IpAddress asker, MacAddress askerMac) {
        var _ = made.answer(host, asker, askerMac);
    }

    @Override
    public void announce(IpAddress host, MacAddress mac, Optional<MacAddress> to) {
        var _ = made.announcement(host, mac, to);
    }

    @Override
    public void announceHere(IpAddress host, Optional<MacAddress> to) {
        to.ifPresent(mac -> announce(host, mac, to));
    }

    @Override
    public void follow(MacAddress host) {}

    @Override
    public void close() {}
}
