package io.godwit.xtr.ring;

import com.lmax.disruptor.util.Util;
import io.godwit.linux.ThreadAffinity;
import io.godwit.linux.ThreadPriority;
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
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Classes that the stages use only by static methods: without this a data thread would load them, and allocate for it, with the first
 * packet that needs them.
 */
final class Preload {
    private static final List<Class<?>> CLASSES = List.of(
            Util.class,
            ThreadAffinity.class,
            ThreadPriority.class,
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
    private static final List<Class<?>> FOR_TAPS =
            List.of(TapRecord.class, RecordDescriptor.class, RingBufferDescriptor.class);

    private Preload() {}

    static void classes() {
        load(CLASSES);
    }

    /** What data threads need besides when a tap is at work. */
    static void forTaps() {
        load(FOR_TAPS);
    }

    private static void load(List<Class<?>> classes) {
        for (Class<?> type : classes) {
            try {
                Class.forName(type.getName(), true, type.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
