package io.godwit.lab.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/**
 * Notes what arrives from a guest that nobody can look into ({@code lab/guest/traffic.c}), and what the guest says has arrived at it. The
 * guest's logs have the client's times: a packet has arrived at the latest when we heard of it; when it was sent, {@link GuestClock} says.
 */
final class ReportReceiver implements Runnable {
    private static final int CLOCK = 8;
    private static final int NEXT = 16;
    private static final int TWICE = 24;
    private static final int LATE = 32;
    private static final int BITMAP = 48;
    private static final int BITS = 2048;
    private static final int LENGTH = BITMAP + BITS / Byte.SIZE;

    private final DatagramChannel channel;
    private final FlowLog arrived;
    private final FlowLog guestArrived;
    private final GuestClock clock;
    private final ByteBuffer report = ByteBuffer.allocateDirect(2048);
    /** The first number that is not known to have arrived at the guest, as far back as its reports reach. */
    private int open;

    ReportReceiver(DatagramChannel channel, FlowLog arrived, FlowLog guestSent, FlowLog guestArrived) {
        this.channel = channel;
        this.arrived = arrived;
        this.guestArrived = guestArrived;
        clock = new GuestClock(guestSent);
    }

    @Override
    public void run() {
        while (channel.isOpen()) {
            try {
                int length = channel.read(report.clear());
                if (length == LENGTH) {
                    onReport(report.getLong(0), report.getLong(NEXT), System.nanoTime());
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                arrived.refusedOne();
            }
        }
    }

    private void onReport(long sequence, long next, long now) {
        if (sequence < 0 || sequence >= arrived.capacity() || next < 0 || next > guestArrived.capacity()) {
            return;
        }
        clock.heard((int) sequence, report.getLong(CLOCK), now);
        arrived.arrived((int) sequence, now);
        noteArrivals((int) next, now);
        if (next >= guestArrived.next()) {
            guestArrived.disorder(report.getLong(TWICE), report.getLong(LATE));
        }
    }

    private void noteArrivals(int next, long now) {
        open = Math.max(open, next - BITS);
        boolean complete = true;
        for (int number = open; number < next; number++) {
            int bit = next - 1 - number;
            boolean known = guestArrived.time(number) != 0;
            boolean reported = (report.get(BITMAP + bit / Byte.SIZE) & (0x80 >> (bit % Byte.SIZE))) != 0;
            if (reported && !known) {
                guestArrived.arrived(number, now);
            }
            complete &= reported || known;
            if (complete) {
                open = number + 1;
            }
        }
    }
}
