package io.godwit.xtr.ring;

import com.lmax.disruptor.util.Util;
import io.godwit.linux.ThreadAffinity;
import io.godwit.linux.VnetHeader;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.Ecn;
import io.godwit.packet.data.FlowHash;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.packet.data.LispGpe;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.TcpHeader;
import io.godwit.packet.data.UdpHeader;
import java.util.List;

/**
 * Classes that the stages use only by static methods: without this a data thread would load them, and allocate for it, with the first
 * packet that needs them.
 */
final class Preload {
    private static final List<Class<?>> CLASSES = List.of(
            Util.class,
            ThreadAffinity.class,
            VnetHeader.class,
            Checksum.class,
            Ecn.class,
            FlowHash.class,
            Ipv4Header.class,
            Ipv6Header.class,
            LispGpe.class,
            LispHeader.class,
            TcpHeader.class,
            UdpHeader.class,
            Octets.class);

    private Preload() {}

    static void classes() {
        for (Class<?> type : CLASSES) {
            try {
                Class.forName(type.getName(), true, type.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
