package io.godwit.xtr.control.fake;

import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.data.IcmpHeader;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import io.godwit.xtr.TestPackets;
import org.agrona.concurrent.UnsafeBuffer;

/** What a router says of a LISP packet that it could not pass on. */
public final class IcmpMessage {
    private IcmpMessage() {}

    /**
     * About a packet of instance 7 from 192.0.2.1 port 50000, to 10.2.0.2.
     *
     * @param code of destination unreachable
     * @param locator the packet's outer destination
     * @param quoted octets of the packet
     */
    public static byte[] about(int code, Ipv4Address locator, int quoted) {
        byte[] lisp = TestPackets.from("10.1.0.1", "10.2.0.2").payload(1300).encapsulated(7);
        int length = Ipv4Header.LENGTH + UdpHeader.LENGTH + lisp.length;
        UnsafeBuffer packet = new UnsafeBuffer(new byte[length]);
        Ipv4Header.put(packet, 0, 0, length, 1, 0, 60, IpProtocol.UDP, 0xc000_0201, locator.value());
        UdpHeader.put(packet, Ipv4Header.LENGTH, 50_000, LispHeader.PORT, UdpHeader.LENGTH + lisp.length, 0);
        packet.putBytes(Ipv4Header.LENGTH + UdpHeader.LENGTH, lisp);
        byte[] message = new byte[IcmpHeader.LENGTH + quoted];
        UnsafeBuffer buffer = new UnsafeBuffer(message);
        IcmpHeader.put(buffer, 0, IcmpHeader.DESTINATION_UNREACHABLE, code, 1280);
        buffer.putBytes(IcmpHeader.LENGTH, packet, 0, quoted);
        IcmpHeader.updateChecksum(buffer, 0, message.length);
        return message;
    }
}
