package io.godwit.lab.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.locks.LockSupport;

/** Sends numbered datagrams at an even pace. After a pause (a frozen guest) it goes on at the pace, it does not catch up. */
final class UdpSender implements Runnable {
    /** Sequence number, time of sending, padding. */
    static final int PAYLOAD = 64;

    private static final long LATE_NANOS = 20_000_000;
    private static final int TRIES = 3;

    private final DatagramChannel channel;
    private final FlowLog log;
    private final long intervalNanos;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(PAYLOAD);

    UdpSender(DatagramChannel channel, FlowLog log, int packetsPerSecond) {
        this.channel = channel;
        this.log = log;
        this.intervalNanos = 1_000_000_000L / packetsPerSecond;
    }

    @Override
    public void run() {
        long due = System.nanoTime();
        for (int sequence = 0; sequence < log.capacity(); sequence++) {
            long now = awaitTime(due);
            send(sequence, now);
            due = now - due > LATE_NANOS ? now + intervalNanos : due + intervalNanos;
        }
    }

    private static long awaitTime(long due) {
        long now = System.nanoTime();
        while (now < due) {
            LockSupport.parkNanos(due - now);
            now = System.nanoTime();
        }
        return now;
    }

    /** An earlier packet's ICMP error is told by failing the next send: that one is tried again. */
    private void send(int sequence, long now) {
        for (int i = 0; i < TRIES; i++) {
            payload.clear();
            payload.putLong(0, sequence).putLong(8, now);
            try {
                if (channel.write(payload) == PAYLOAD) {
                    log.sent(sequence, now);
                    return;
                }
            } catch (IOException e) {
                log.refusedOne();
            }
        }
    }
}
