package io.godwit.xtr.control.segment;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A segment with hosts: what they are seen to send, and a way to ask whether one is still there. */
public interface SegmentPort extends AutoCloseable {
    String interfaceName();

    /** Asks {@code host} by ARP or neighbour solicitation. It shows itself by answering. */
    void probe(IpAddress host, Optional<MacAddress> mac);

    /** Tells who asked that frames for {@code host} are to come to us: an ARP reply, or a neighbour advertisement. */
    void answer(IpAddress host, IpAddress asker, MacAddress askerMac);

    /**
     * Tells that {@code host} is at {@code mac} now, to whoever has an entry of it: a gratuitous ARP, or an unsolicited neighbour
     * advertisement. Nobody makes an entry for it.
     *
     * @param to the only one to hear it; empty for everybody
     */
    void announce(IpAddress host, MacAddress mac, Optional<MacAddress> to);

    /** The same, that it is with us. */
    void announceHere(IpAddress host, Optional<MacAddress> to);

    /** For some minutes each packet of {@code host} to another's MAC becomes a sighting that asks for the packet's destination. */
    void follow(MacAddress host);

    @Override
    void close();

    /**
     * @param own addresses of this xTR on the segment
     * @param prefixes from which packets count as sightings
     */
    record Segment(String interfaceName, MacAddress mac, List<IpAddress> own, List<EidPrefix> prefixes) {
        public Segment {
            own = List.copyOf(own);
            prefixes = List.copyOf(prefixes);
        }
    }

    /** Opens segments: through pcap4j, or a fake in tests. */
    @FunctionalInterface
    interface Opener {
        /** @param sightings called on threads of the port; must not block */
        SegmentPort open(Segment segment, Consumer<Sighting> sightings);
    }
}
