package io.godwit.lab.stampede;

import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.UdpHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;

/** When the map-server's messages came to the ITRs, by the kernel's clock: nobody needs a processor for it while they come. */
final class Arrivals implements AutoCloseable {
    private static final int SNAPLEN = 2_048;
    private static final int BUFFER = 16 << 20;
    private static final int ETHERNET = 14;
    private static final int DESTINATION = ETHERNET + 16;
    private static final int NONCE = ETHERNET + Ipv4Header.LENGTH + UdpHeader.LENGTH + 4;

    private final PcapHandle capture;

    /**
     * A message came.
     *
     * @param rloc of the ITR, an IPv4 address
     * @param nanos of {@link System#nanoTime}
     */
    record Arrival(int rloc, long nonce, long nanos) {}

    private Arrivals(PcapHandle capture) {
        this.capture = capture;
    }

    /** @param port the interface that they come by */
    static Arrivals open(String port) throws IOException {
        try {
            PcapHandle handle = new PcapHandle.Builder(port)
                    .snaplen(SNAPLEN)
                    .bufferSize(BUFFER)
                    .timeoutMillis(1)
                    .promiscuousMode(PromiscuousMode.NONPROMISCUOUS)
                    .immediateMode(true)
                    .build();
            handle.setDirection(PcapDirection.IN);
            handle.setFilter("ip and udp src port " + ControlCodec.PORT, BpfCompileMode.OPTIMIZE);
            handle.setBlockingMode(BlockingMode.NONBLOCKING);
            return new Arrivals(handle);
        } catch (PcapNativeException | NotOpenException e) {
            throw new IOException("cannot read " + port, e);
        }
    }

    /** Since the last time. */
    List<Arrival> news() throws IOException {
        List<Arrival> news = new ArrayList<>();
        try {
            for (byte[] frame = capture.getNextRawPacket(); frame != null; frame = capture.getNextRawPacket()) {
                ByteBuffer octets = ByteBuffer.wrap(frame);
                if (frame.length >= NONCE + Long.BYTES) {
                    Instant time = capture.getTimestamp().toInstant();
                    news.add(new Arrival(octets.getInt(DESTINATION), octets.getLong(NONCE), nanoTime(time)));
                }
            }
        } catch (NotOpenException e) {
            throw new IOException(e);
        }
        return news;
    }

    /** What {@link System#nanoTime} was at a time of the wall clock. */
    static long nanoTime(Instant time) {
        Duration since = Duration.between(time, Instant.now());
        return System.nanoTime() - since.toNanos();
    }

    @Override
    public void close() {
        capture.close();
    }
}
