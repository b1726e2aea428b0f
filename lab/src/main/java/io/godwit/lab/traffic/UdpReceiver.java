package io.godwit.lab.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/** Notes when each numbered datagram arrived. */
final class UdpReceiver implements Runnable {
    private final DatagramChannel channel;
    private final FlowLog log;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(2048);

    UdpReceiver(DatagramChannel channel, FlowLog log) {
        this.channel = channel;
        this.log = log;
    }

    @Override
    public void run() {
        while (channel.isOpen()) {
            try {
                receive();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.refusedOne();
            }
        }
    }

    private void receive() throws IOException {
        payload.clear();
        int length = channel.read(payload);
        long sequence = length == UdpSender.PAYLOAD ? payload.getLong(0) : -1;
        if (sequence >= 0 && sequence < log.capacity()) {
            log.arrived((int) sequence, System.nanoTime());
        }
    }
}
