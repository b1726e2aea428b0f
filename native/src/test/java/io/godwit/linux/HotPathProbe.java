package io.godwit.linux;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.List;

/**
 * Calls everything hot, from the first call on, and prints what it allocated on this thread: "name bytes". A program of its own, because only a
 * fresh JVM has a first call, and one flag makes it interpret everything.
 */
final class HotPathProbe {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final UdpOptions OPTIONS = new UdpOptions(false, true, true, true, true, 1 << 20);
    private static final int ROUNDS = 1000;
    private static final int WARM_UPS = 30;
    private static final int CAPACITY = 65536;

    private HotPathProbe() {}

    /** @param args "cold" or "warm": whether another thread has made it all compiled before */
    public static void main(String[] args) throws Exception {
        boolean warm = args[0].equals("warm");
        LinuxNetwork network = new LinuxNetwork();
        try (NativeMemory memory = NativeMemory.allocate(16L * CAPACITY)) {
            for (String address : List.of("127.0.0.1", "::1")) {
                Exchange exchange = new Exchange(network, memory, InetAddress.getByName(address));
                measure("udp " + address, warm, exchange);
                exchange.check();
            }
            TunDevice tun = network.openTun("gwprobe", 1, new TunOffloads(true, true, true))
                    .get(0);
            measure("tun", warm, () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    tun.read(memory.address(), CAPACITY);
                    tun.write(memory.address(), VnetHeader.LENGTH);
                }
            });
            tun.close();
            try (Placement placement = new Placement()) {
                measure("placement", warm, () -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        placement.review(i * (Placement.LINGER_NANOS / 2));
                        placement.lapse(i);
                    }
                });
            }
        }
    }

    private static void measure(String name, boolean warm, Runnable work) throws InterruptedException {
        if (warm) {
            Thread warmUp = new Thread(() -> {
                for (int i = 0; i < WARM_UPS; i++) {
                    work.run();
                }
            });
            warmUp.start();
            warmUp.join();
        }
        THREADS.getCurrentThreadAllocatedBytes();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        long after = THREADS.getCurrentThreadAllocatedBytes();
        System.out.println(name + " " + (after - before));
    }

    /** Sends plain, segmented and refused datagrams, waits, receives, and finds nothing. */
    private static final class Exchange implements Runnable {
        private final UdpBatchSocket sender;
        private final UdpSenders senders;
        private final UdpBatchSocket receiver;
        private final Poller poller;
        private final long payload;
        private final long high;
        private final long low;
        private int received;
        private int refused;
        private int signals;
        private int empty;

        Exchange(Network network, NativeMemory memory, InetAddress address) {
            sender = network.openUdp(address, 0, OPTIONS);
            senders = UdpSenders.of(List.of(sender));
            receiver = network.openUdp(address, 0, OPTIONS);
            poller = network.poller(List.of(receiver));
            payload = memory.address();
            high = AddressBits.high(address);
            low = AddressBits.low(address);
            for (int i = 4; i < 16; i++) {
                receiver.addBuffer(payload + (long) i * CAPACITY, CAPACITY);
            }
        }

        @Override
        public void run() {
            int port = receiver.localPort();
            for (int round = 0; round < ROUNDS; round++) {
                empty += receiver.receive() == 0 ? 1 : 0;
                sender.offer(payload, 3000, high, low, port, 64, 0, 1000);
                sender.offer(payload, 500, high, low, port, 63, 2, 0);
                sender.offer(payload, 70000, high, low, port, 63, 2, 0);
                sender.flush();
                refused += sender.lastErrors();
                senders.offer(0, payload, 500, high, low, port, 63, 2);
                senders.offer(0, payload, 500, high, low, port, 63, 2);
                senders.offer(0, payload, 70000, high, low, port, 63, 2);
                while (senders.flushNext() >= 0) {
                    refused += senders.lastErrors();
                }
                poller.ignore();
                poller.wakeUp();
                signals += poller.await(0) ? 1 : 0;
                int count = receiver.receive();
                for (int i = 0; i < count; i++) {
                    received += use(i) ? 1 : 0;
                }
            }
        }

        private boolean use(int index) {
            return receiver.receivedLength(index) > 0
                    && receiver.receivedHopLimit(index) + receiver.receivedTrafficClass(index) > 0
                    && receiver.receivedSegmentSize(index) >= 0
                    && !receiver.receivedTruncated(index)
                    && receiver.receivedSourcePort(index) == sender.localPort()
                    && receiver.receivedSource(index) == high
                    && receiver.receivedSourceLow(index) == low;
        }

        /** That the loops went the ways they were meant to go. */
        void check() {
            if (received < ROUNDS || refused < ROUNDS || signals < ROUNDS || empty < ROUNDS) {
                throw new IllegalStateException(
                        "received " + received + ", refused " + refused + ", signals " + signals + ", empty " + empty);
            }
        }
    }
}
