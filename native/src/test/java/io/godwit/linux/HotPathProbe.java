package io.godwit.linux;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.List;

/**
 * Calls everything hot from the first call on and prints, a line each, what it allocated on this thread: "name bytes". Its own program, because
 * only a fresh JVM has a first call, and one flag makes it interpret everything.
 */
final class HotPathProbe {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final UdpOptions OPTIONS = new UdpOptions(false, true, true, true, true, 1 << 20);

    private final InetAddress address;
    private final UdpBatchSocket sender;
    private final UdpBatchSocket receiver;
    private final Poller poller;
    private final NativeMemory memory = NativeMemory.allocate(1 << 20);
    private int received;
    private int errors;
    private int signals;

    private HotPathProbe(Network network, InetAddress address) {
        this.address = address;
        sender = network.openUdp(address, 0, OPTIONS);
        receiver = network.openUdp(address, 0, OPTIONS);
        poller = network.poller(List.of(receiver));
        for (int i = 0; i < 8; i++) {
            receiver.addBuffer(memory.address() + (8L + i) * 65536, 65536);
        }
    }

    public static void main(String[] args) throws Exception {
        LinuxNetwork network = new LinuxNetwork();
        THREADS.getCurrentThreadAllocatedBytes();
        for (String address : List.of("127.0.0.1", "::1")) {
            HotPathProbe probe = new HotPathProbe(network, InetAddress.getByName(address));
            long high = AddressBits.high(probe.address);
            long low = AddressBits.low(probe.address);
            if (args.length > 1) {
                Thread warmUp = new Thread(() -> {
                    for (int i = 0; i < 30; i++) probe.exchange(high, low);
                });
                warmUp.start();
                warmUp.join();
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            probe.exchange(high, low);
            long after = THREADS.getCurrentThreadAllocatedBytes();
            print("udp " + address, after - before, probe.received > 0 && probe.errors > 0 && probe.signals > 0);
        }
        tun(network, args.length > 0);
    }

    private static void tun(LinuxNetwork network, boolean wanted) {
        if (!wanted) {
            return;
        }
        NativeMemory memory = NativeMemory.allocate(65536);
        TunDevice tun =
                network.openTun("gwprobe", 1, new TunOffloads(true, true, true)).get(0);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        int sum = 0;
        for (int i = 0; i < 1000; i++) {
            sum += tun.read(memory.address(), 65536) + tun.write(memory.address(), 40);
        }
        long after = THREADS.getCurrentThreadAllocatedBytes();
        print("tun", after - before, sum < 0);
        tun.close();
    }

    private void exchange(long high, long low) {
        int port = receiver.localPort();
        int empty = receiver.receive();
        for (int round = 0; round < 1000; round++) {
            sender.offer(memory.address(), 3000, high, low, port, 64, 0, 1000);
            sender.offer(memory.address(), 500, high, low, port, 63, 2, 0);
            sender.offer(memory.address(), 70000, high, low, port, 63, 2, 0);
            sender.flush();
            errors += sender.lastErrors();
            poller.wakeUp();
            signals += poller.await(0) ? 1 : 0;
            int result = receiver.receive();
            for (int i = 0; i < result; i++) {
                received += receiver.receivedLength(i)
                        + receiver.receivedHopLimit(i)
                        + receiver.receivedTrafficClass(i)
                        + receiver.receivedSegmentSize(i)
                        + receiver.receivedSourcePort(i)
                        + (int) receiver.receivedSourceLow(i)
                        + (int) receiver.receivedSource(i);
            }
            received += receiver.receive() + empty;
        }
        received &= Integer.MAX_VALUE;
    }

    private static void print(String what, long bytes, boolean worked) {
        System.out.println(what + " " + bytes + (worked ? "" : " did not work"));
    }
}
