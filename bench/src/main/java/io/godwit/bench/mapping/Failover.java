package io.godwit.bench.mapping;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.godwit.bench.mapping.ClusterProcesses.Member;
import io.godwit.packet.address.Ipv4Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Three map-servers of a cluster, as processes on this machine; EIDs are registered at a steady rate at all of them while the leader is
 * killed. What was confirmed must be known to the others afterwards, which must have answered Map-Requests all the time.
 */
public final class Failover {
    private static final int MEMBERS = 3;
    private static final int NONCE_OFFSET = 4;
    private static final long MILLI = 1_000_000;
    /** Nonce of the first lookup while EIDs are registered; those afterwards have their EID's number. */
    private static final long FIRST_LOOKUP = 1L << 32;

    private static final long LOOKUP_EVERY = 10 * MILLI;
    /** 127.1.0.0: every address of the loopback network is at home here. */
    private static final int FIRST_ITR = 0x7f01_0000;

    private final ClusterProcesses cluster;
    private final Messages messages = new Messages();
    private final BitSet confirmed = new BitSet();
    private final ByteBuffer octets = ByteBuffer.allocateDirect(4096);
    private final long firstNonce = 1L << 40;
    private long lastConfirmed;
    private long longestPause;
    private int lookups;
    /** Lookups since the kill that have no answer yet, by their number. */
    private final BitSet open = new BitSet();

    private long nextLookup;

    /**
     * @param registered confirmed registrations
     * @param lost those of them that a member did not know afterwards
     * @param resumeSeconds the longest time without a confirmation, from the kill on
     * @param lookups asked of the members that stayed
     * @param unanswered of these
     */
    public record Result(int registered, int lost, double resumeSeconds, int lookups, int unanswered) {}

    private Failover(ClusterProcesses cluster) {
        this.cluster = cluster;
    }

    /**
     * @param perSecond registrations
     * @param seconds before the kill, and twice as many after it
     */
    public static Result run(int perSecond, int seconds) throws IOException, InterruptedException {
        try (ClusterProcesses cluster = ClusterProcesses.start(MEMBERS, "-Xmx512m")) {
            return new Failover(cluster).measure(perSecond, seconds);
        }
    }

    private Result measure(int perSecond, int seconds) throws IOException, InterruptedException {
        try (DatagramChannel xtrs = socket();
                DatagramChannel itrs = socket()) {
            int first = register(xtrs, itrs, cluster.members(), 0, perSecond, seconds);
            Member leader = cluster.leader();
            List<Member> others = cluster.members().stream()
                    .filter(member -> member != leader)
                    .toList();
            leader.kill();
            int before = lookups;
            open.clear();
            longestPause = 0;
            lastConfirmed = System.nanoTime();
            register(xtrs, itrs, others, first, perSecond, 2 * seconds);
            longestPause = Math.max(longestPause, System.nanoTime() - lastConfirmed);
            MILLISECONDS.sleep(300);
            receive(itrs);
            int asked = lookups - before;
            int unanswered = open.cardinality();
            int lost = 0;
            for (Member member : others) {
                lost = Math.max(lost, lost(itrs, member));
            }
            return new Result(confirmed.cardinality(), lost, longestPause / 1e9, asked, unanswered);
        }
    }

    private static DatagramChannel socket() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 8 << 20).bind(new InetSocketAddress(0));
        channel.configureBlocking(false);
        return channel;
    }

    /** Registers new EIDs, from {@code first} on, at these members in turn; returns the first EID that was not. */
    private int register(
            DatagramChannel xtrs, DatagramChannel itrs, List<Member> at, int first, int perSecond, int seconds)
            throws IOException {
        Datagrams registers = messages.registers(first, first + perSecond * seconds, 1, 0);
        long start = System.nanoTime();
        for (int i = 0; i < registers.size(); i++) {
            while (System.nanoTime() - start < i * 1_000_000_000L / perSecond) {
                receiveConfirmations(xtrs);
                lookUp(itrs, at);
                LockSupport.parkNanos(200_000); // the members need the processors
            }
            octets.clear().limit(registers.length(i));
            registers.buffer(i).getBytes(registers.offset(i), octets, 0, registers.length(i));
            xtrs.send(octets, at.get((first + i) % Messages.XTRS % at.size()).address());
        }
        return first + registers.size();
    }

    /** The nonces of Map-Registers count up with the EIDs. */
    private void receiveConfirmations(DatagramChannel xtrs) throws IOException {
        while (xtrs.receive(octets.clear()) != null) {
            if ((octets.get(0) >>> 4 & 0xf) == 4) {
                confirmed.set((int) (octets.getLong(NONCE_OFFSET) - firstNonce));
                long now = System.nanoTime();
                longestPause = Math.max(longestPause, now - lastConfirmed);
                lastConfirmed = now;
            }
        }
    }

    /** Now and then, of something confirmed long ago; each from another ITR, so that no limit applies. */
    private void lookUp(DatagramChannel itrs, List<Member> at) throws IOException {
        if (System.nanoTime() >= nextLookup && confirmed.cardinality() > 100) {
            nextLookup = System.nanoTime() + LOOKUP_EVERY;
            open.set(lookups);
            ask(itrs, confirmed.nextSetBit(lookups % 50), FIRST_LOOKUP + lookups, at.get(lookups % at.size()));
            lookups++;
        }
        receive(itrs);
    }

    private void ask(DatagramChannel itrs, int eid, long nonce, Member member) throws IOException {
        int port = ((InetSocketAddress) itrs.getLocalAddress()).getPort();
        int length = messages.request(nonce, eid, new Ipv4Address(FIRST_ITR + (lookups + eid & 0xffff)), port);
        octets.clear().limit(length);
        messages.buffer().getBytes(0, octets, 0, length);
        itrs.send(octets, member.address());
    }

    private void receive(DatagramChannel itrs) throws IOException {
        while (itrs.receive(octets.clear()) != null) {
            long number = octets.getLong(NONCE_OFFSET) - FIRST_LOOKUP;
            if (isPositive() && number >= 0 && number < lookups) {
                open.clear((int) number);
            }
        }
    }

    /** A Map-Reply with a locator. */
    private boolean isPositive() {
        return (octets.get(0) >>> 4 & 0xf) == 2 && octets.get(12 + 4) > 0;
    }

    /** How many of the confirmed EIDs the member does not know. */
    private int lost(DatagramChannel itrs, Member member) throws IOException, InterruptedException {
        BitSet missing = (BitSet) confirmed.clone();
        for (int round = 0; round < 10 && !missing.isEmpty(); round++) {
            for (int eid = missing.nextSetBit(0); eid >= 0; eid = missing.nextSetBit(eid + 1)) {
                ask(itrs, eid, eid, member);
                if (eid % 64 == 0) {
                    MILLISECONDS.sleep(1);
                }
                strike(itrs, missing);
            }
            MILLISECONDS.sleep(200);
            strike(itrs, missing);
        }
        return missing.cardinality();
    }

    private void strike(DatagramChannel itrs, BitSet missing) throws IOException {
        while (itrs.receive(octets.clear()) != null) {
            if (isPositive() && octets.getLong(NONCE_OFFSET) < FIRST_LOOKUP) {
                missing.clear((int) octets.getLong(NONCE_OFFSET));
            }
        }
    }

    /** By itself: rate, seconds. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.println(run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])));
    }
}
