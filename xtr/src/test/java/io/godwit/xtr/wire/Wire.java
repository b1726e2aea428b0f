package io.godwit.xtr.wire;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.Network;
import io.godwit.linux.Poller;
import io.godwit.linux.TunDevice;
import io.godwit.linux.TunOffloads;
import io.godwit.linux.VnetHeader;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The network that the RLOCs are on, as a TUN device without offloads: every packet that the kernel sends, and any that a test makes up. */
final class Wire implements AutoCloseable {
    private static final int ROOM = 1 << 17;

    private final TunDevice device;
    private final Poller poller;
    private final NativeMemory memory = NativeMemory.allocate(2 * ROOM);
    private final BlockingQueue<byte[]> seen = new LinkedBlockingQueue<>();
    private final Thread reader = Thread.ofPlatform().daemon().name("wire").unstarted(this::read);
    private volatile boolean running = true;

    Wire(Network network, String name) {
        device = network.openTun(name, 1, new TunOffloads(false, false, false)).getFirst();
        poller = network.poller(List.of(device));
        reader.start();
    }

    private void read() {
        while (running) {
            poller.await(100);
            int length;
            while ((length = device.read(memory.address(), ROOM)) > VnetHeader.LENGTH) {
                byte[] packet = new byte[length - VnetHeader.LENGTH];
                memory.buffer().getBytes(VnetHeader.LENGTH, packet);
                seen.add(packet);
            }
        }
    }

    /** Puts an IP packet on the wire, towards the router. */
    synchronized void inject(byte[] packet) {
        VnetHeader.clear(memory.buffer(), ROOM);
        memory.buffer().putBytes(ROOM + VnetHeader.LENGTH, packet);
        int written = device.write(memory.address() + ROOM, VnetHeader.LENGTH + packet.length);
        if (written <= 0) {
            throw new AssertionError("the wire refused a packet: " + written);
        }
    }

    /** The next IP packet of UDP or ICMP from the router; neighbour discovery and multicast are left out. */
    byte[] next() throws InterruptedException {
        byte[] packet = next(60_000);
        if (packet == null) {
            throw new AssertionError("nothing on the wire");
        }
        return packet;
    }

    byte @Nullable [] next(int millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            byte[] packet = seen.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (packet == null || new OuterPacket(packet).isOrdinary()) {
                return packet;
            }
        }
    }

    @Override
    public void close() {
        running = false;
        poller.wakeUp();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        poller.close();
        device.close();
        memory.close();
    }

    @Override
    public String toString() {
        return seen.stream().map(Arrays::toString).toList().toString();
    }
}
