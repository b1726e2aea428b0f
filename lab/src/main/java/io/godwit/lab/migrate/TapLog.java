package io.godwit.lab.migrate;

import io.godwit.lab.LabException;
import io.godwit.lab.demo.Subnet;
import io.godwit.lab.demo.Topology;
import io.godwit.lab.demo.Waiting;
import io.godwit.lab.net.Namespace;
import io.godwit.lab.net.Node;
import io.godwit.packet.address.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * When numbered packets crossed the tap of the guest, by the kernel's clock: tcpdump writes a file, and this reads what is new in it. The
 * clock is that of QEMU's events.
 */
final class TapLog implements AutoCloseable {
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int IPV4_DESTINATION = 14 + 16;
    private static final int PAYLOAD = 14 + 20 + 8;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** @param toGuest otherwise from it */
    record Crossing(long epochMicros, boolean toGuest, long number) {}

    private final Path file;
    private final Node tcpdump;
    private final byte[] guest = IpAddress.parse(Subnet.VMS.host4()).toBytes();
    private long position = FILE_HEADER;

    TapLog(String name, Namespace site, Path folder) {
        file = folder.resolve(name + ".pcap");
        tcpdump = Node.start(
                name,
                site,
                folder,
                List.of(
                        "tcpdump",
                        "-i",
                        Topology.TAP,
                        "-n",
                        "-U",
                        "-s",
                        "64",
                        "-B",
                        "8192",
                        "-w",
                        file.toString(),
                        "udp port 7001"));
        Waiting.until(PATIENCE, () -> tcpdump.log().contains("listening"), () -> {
            throw new LabException("tcpdump did not start: " + tcpdump.lastLines());
        });
    }

    /** Since the last time. */
    List<Crossing> news() {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer fresh = ByteBuffer.allocate((int) Math.max(0, channel.size() - position))
                    .order(ByteOrder.nativeOrder());
            channel.read(fresh, position);
            return parse(fresh.flip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Crossing> parse(ByteBuffer fresh) {
        List<Crossing> crossings = new ArrayList<>();
        int at = 0;
        while (fresh.limit() - at >= RECORD_HEADER) {
            int length = fresh.getInt(at + 8);
            if (fresh.limit() - at - RECORD_HEADER < length) {
                break;
            }
            int frame = at + RECORD_HEADER;
            if (length >= PAYLOAD + Long.BYTES) {
                crossings.add(crossing(fresh, at, frame));
            }
            at = frame + length;
        }
        position += at;
        return crossings;
    }

    private Crossing crossing(ByteBuffer fresh, int at, int frame) {
        byte[] destination = new byte[4];
        fresh.get(frame + IPV4_DESTINATION, destination);
        long micros = fresh.getInt(at) * 1_000_000L + fresh.getInt(at + 4);
        long number = fresh.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(frame + PAYLOAD);
        return new Crossing(micros, Arrays.equals(destination, guest), number);
    }

    @Override
    public void close() {
        tcpdump.stop(Duration.ofSeconds(1));
    }
}
