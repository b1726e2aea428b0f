package io.godwit.xtr;

import com.sun.management.ThreadMXBean;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.TcpHeader;
import io.godwit.xtr.observe.Counter;
import io.godwit.xtr.observe.DropReason;
import io.godwit.xtr.ring.PacketFilter;
import io.godwit.xtr.ring.Tap;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;

/** Sends packets of every kind through a router that has seen none before, and tells what its data threads allocated meanwhile. */
public final class AllocationProbe {
    private static final String OWN = "192.0.2.2";
    private static final String PEER = "192.0.2.1";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final FakeUnderlay underlay = new FakeUnderlay();
    private final List<byte[]> fromSite = new ArrayList<>();
    private final byte[] superPacket = TestSegments.tcp(false, 1, TcpHeader.ACK, new byte[5_200]);
    private final List<byte[]> fromCore = new ArrayList<>();
    private final List<byte[]> frames = new ArrayList<>();

    private AllocationProbe() {}

    /** A process of its own; prints {@code allocated N}, the octets. */
    public static void main(String[] args) throws InterruptedException {
        boolean tapped = args.length > 1;
        System.out.println("allocated " + new AllocationProbe().run(Integer.parseInt(args[0]), tapped));
    }

    /** Octets that the data threads of a fresh router allocated for {@code rounds} packets of each kind, the very first included. */
    static long measure(int rounds) throws InterruptedException {
        return new AllocationProbe().run(rounds, false);
    }

    private long run(int rounds, boolean tapped) throws InterruptedException {
        packets();
        try (TestSite site = new TestSite(underlay, SystemNanoClock.INSTANCE, TestFrames.withLayer2(PEER), OWN)) {
            entries(site);
            if (tapped) {
                site.plane.taps().add(new Tap(PacketFilter.ALL, new Tap.Extent(100_000, 128, true), 1 << 20));
            }
            List<Long> ids = dataThreads();
            settle(ids);
            long before = allocated(ids);
            for (int i = 0; i < rounds; i++) {
                fromSite.forEach(packet -> site.tun(0).fromHost(packet));
                fromCore.forEach(datagram -> underlay.inject(
                        IpAddress.parse(PEER).toInetAddress(),
                        50_000,
                        IpAddress.parse(OWN).toInetAddress(),
                        4341,
                        64,
                        0,
                        datagram));
                site.tun(0).fromHost(TestSegments.header(false, 500), superPacket);
                frames.forEach(frame -> site.network.tun(TestFrames.TAP).fromHost(frame));
                site.awaitCount(Counter.TUN_READ_PACKETS, (long) (i + 1) * (fromSite.size() + 1 + frames.size()));
                site.awaitCount(Counter.RECEIVED_DATAGRAMS, (long) (i + 1) * fromCore.size());
                while (site.delivered(0).isPresent()
                        || site.network.tun(TestFrames.TAP).delivered().isPresent()) {
                    Thread.onSpinWait();
                }
            }
            site.local("10.4.0.4");
            site.remote("10.5.0.0/16", PEER);
            site.awaitCount(Counter.RELEASED_PACKETS, 2);
            site.awaitDrops(DropReason.TOO_BIG, rounds);
            settle(ids);
            return allocated(ids) - before;
        }
    }

    private void packets() {
        fromSite.add(TestPackets.from("10.1.0.1", "10.2.0.2").bytes());
        fromSite.add(TestPackets.from("10.1.0.1", "10.2.0.2").payload(1600).bytes());
        fromSite.add(TestPackets.from("10.1.0.1", "10.2.0.2")
                .payload(2000)
                .fragmentField(0)
                .bytes());
        fromSite.add(TestPackets.from("2001:db8:1::1", "2001:db8:2::2").bytes());
        fromSite.add(TestPackets.from("10.1.0.1", "10.5.0.5").bytes());
        fromSite.add(TestPackets.from("10.1.0.1", "224.0.0.1").bytes());
        fromSite.add(new byte[] {1, 2, 3});
        fromCore.add(TestPackets.from("10.2.0.2", "10.1.0.1").encapsulated(0));
        fromCore.add(TestPackets.from("2001:db8:2::2", "2001:db8:1::1").ttl(80).encapsulated(0));
        fromCore.add(TestPackets.from("10.2.0.2", "10.3.0.3").encapsulated(0));
        fromCore.add(TestPackets.from("10.2.0.2", "10.4.0.4").encapsulated(0));
        fromCore.add(TestPackets.from("10.2.0.2", "10.9.0.9").encapsulated(0));
        fromCore.add(TestPackets.from("10.2.0.2", "10.1.0.1").encapsulated(99));
        for (int i = 0; i < 6; i++) {
            fromCore.add(encapsulated(
                    TestSegments.reversed(TestSegments.tcp(false, 1 + i * 900, TcpHeader.ACK, new byte[900]))));
        }
        fromCore.add(new byte[5]);
        frames.add(TestFrames.frame(1, 2).bytes());
        frames.add(TestFrames.frame(1, TestFrames.ALL).bytes());
        frames.add(TestFrames.frame(9, 3).bytes());
        frames.add(TestFrames.frame(1, 3).bytes());
        frames.add(TestFrames.frame(1, 2).payload(1700).bytes());
        fromCore.add(TestFrames.frame(2, 1).encapsulated());
        fromCore.add(TestFrames.frame(2, TestFrames.ALL).encapsulated());
        fromCore.add(TestFrames.frame(2, 4).encapsulated());
        fromCore.add(TestFrames.frame(2, 5).encapsulated());
    }

    private static byte[] encapsulated(byte[] packet) {
        byte[] datagram = new byte[LispHeader.LENGTH + packet.length];
        System.arraycopy(packet, 0, datagram, LispHeader.LENGTH, packet.length);
        return datagram;
    }

    private static void entries(TestSite site) {
        site.remote("10.2.0.0/16", PEER);
        site.remote("2001:db8:2::2", PEER);
        site.local("10.1.0.1");
        site.local("2001:db8:1::1");
        site.away("10.3.0.3", "192.0.2.3");
        site.expected("10.4.0.4", PEER);
        site.local(TestFrames.eid(1));
        site.remote(TestFrames.eid(2), PEER);
        site.away(TestFrames.eid(4), "192.0.2.3");
    }

    private List<Long> dataThreads() {
        List<Long> ids = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("godwit-egress")
                    || thread.getName().startsWith("godwit-frames")
                    || thread.getName().startsWith("godwit-ingress")) {
                ids.add(thread.threadId());
            }
        }
        if (ids.isEmpty()) {
            throw new IllegalStateException("no data threads");
        }
        return ids;
    }

    /** Until every data thread has gone to sleep, so that what it did to get there is done. */
    private void settle(List<Long> ids) throws InterruptedException {
        int quiet = 0;
        while (quiet < 20) {
            boolean asleep = true;
            for (long id : ids) {
                Thread.State state = threads.getThreadInfo(id).getThreadState();
                asleep &= state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
            }
            quiet = asleep ? quiet + 1 : 0;
            Thread.onSpinWait();
        }
    }

    private long allocated(List<Long> ids) {
        long sum = 0;
        for (long id : ids) {
            sum += threads.getThreadAllocatedBytes(id);
        }
        return sum;
    }
}
