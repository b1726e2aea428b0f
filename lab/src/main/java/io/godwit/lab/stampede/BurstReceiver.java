package io.godwit.lab.stampede;

import io.godwit.lab.traffic.FlowLog;
import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import io.godwit.packet.address.IpAddress;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** Notes when each numbered datagram arrived, many of them with one system call. */
final class BurstReceiver {
    private static final int BUFFERS = 32;
    private static final int BUFFER = 1 << 16;
    private static final int SOCKET_BUFFER = 64 << 20;
    private static final long IDLE_NANOS = 200_000;

    private BurstReceiver() {}

    /** Arguments: log file, sequence numbers. Runs until it is killed. */
    public static void main(String[] arguments) {
        FlowLog log = FlowLog.create(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        UdpBatchSocket socket = new LinuxNetwork()
                .openUdp(
                        IpAddress.parse("::").toInetAddress(),
                        BurstSender.PORT,
                        new UdpOptions(false, false, false, false, true, SOCKET_BUFFER));
        NativeMemory memory = NativeMemory.allocate((long) BUFFERS * BUFFER);
        for (int i = 0; i < BUFFERS; i++) {
            socket.addBuffer(memory.address() + (long) i * BUFFER, BUFFER);
        }
        UnsafeBuffer view = new UnsafeBuffer(memory.address(), BUFFERS * BUFFER);
        System.out.println("ready");
        while (true) {
            int count = socket.receive();
            long now = System.nanoTime();
            for (int i = 0; i < count; i++) {
                note(view, i * BUFFER, socket.receivedLength(i), log, now);
            }
            if (count <= 0) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
    }

    private static void note(UnsafeBuffer view, int offset, int length, FlowLog log, long now) {
        for (int at = 0; at + BurstSender.PAYLOAD <= length; at += BurstSender.PAYLOAD) {
            long sequence = view.getLong(offset + at);
            if (sequence >= 0 && sequence < log.capacity()) {
                log.arrived((int) sequence, now);
            }
        }
    }
}
