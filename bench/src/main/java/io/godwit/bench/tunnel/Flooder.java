package io.godwit.bench.tunnel;

import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.UdpBatchSocket;
import io.godwit.linux.UdpOptions;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.data.Checksum;
import io.godwit.packet.data.IpProtocol;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.LispHeader;
import io.godwit.packet.data.UdpHeader;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends random octets and mutated LISP packets to a router's port 4341 as fast as the kernel takes them, and among them one sound packet in {@value #SOUND_EVERY}.
 * Arguments: own address, router's RLOC, inner source, inner destination, UDP port there, seconds. Prints bad and sound packets sent.
 */
final class Flooder {
    private static final int SOUND_EVERY = 512;
    private static final int LARGEST = 1472;
    private static final int PAYLOAD = 64;
    private static final int DATA_PORT = 4341;
    private static final int TTL = 64;
    private static final int SOCKETS = 8;

    private final SplittableRandom random = new SplittableRandom(4341);
    private final byte[] sound;

    private Flooder(int source, int destination, int port) {
        sound = new byte[LispHeader.LENGTH + Ipv4Header.LENGTH + UdpHeader.LENGTH + PAYLOAD];
        UnsafeBuffer buffer = new UnsafeBuffer(sound);
        int ip = LispHeader.LENGTH;
        int udp = ip + Ipv4Header.LENGTH;
        int udpLength = UdpHeader.LENGTH + PAYLOAD;
        buffer.putByte(ip, (byte) 0x45);
        putShort(ip + 2, Ipv4Header.LENGTH + udpLength);
        sound[ip + 8] = TTL;
        sound[ip + 9] = IpProtocol.UDP;
        putInt(ip + 12, source);
        putInt(ip + 16, destination);
        Ipv4Header.updateChecksum(buffer, ip);
        UdpHeader.put(buffer, udp, 1024, port, udpLength, 0);
        int sum = Checksum.complete(
                Checksum.pseudoHeader4(buffer, ip, IpProtocol.UDP, udpLength) + Checksum.sum(buffer, udp, udpLength));
        UdpHeader.putChecksum(buffer, udp, UdpHeader.nonZero(sum));
    }

    private void putShort(int at, int value) {
        sound[at] = (byte) (value >>> 8);
        sound[at + 1] = (byte) value;
    }

    private void putInt(int at, int value) {
        putShort(at, value >>> 16);
        putShort(at + 2, value);
    }

    public static void main(String[] arguments) {
        Flooder flooder = new Flooder(ipv4(arguments[2]), ipv4(arguments[3]), Integer.parseInt(arguments[4]));
        System.out.println(flooder.run(arguments[0], ipv4(arguments[1]), Integer.parseInt(arguments[5])));
    }

    private static int ipv4(String text) {
        return ((Ipv4Address) IpAddress.parse(text)).value();
    }

    private String run(String own, int router, int seconds) {
        UdpOptions options = new UdpOptions(false, false, false, false, false, 1 << 20);
        UdpBatchSocket[] sockets = new UdpBatchSocket[SOCKETS];
        Arrays.setAll(
                sockets, i -> new LinuxNetwork().openUdp(IpAddress.parse(own).toInetAddress(), 0, options));
        long bad = 0;
        long good = 0;
        try (NativeMemory memory = NativeMemory.allocate((long) UdpBatchSocket.BATCH * LARGEST)) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            for (int batch = 0; System.nanoTime() < end; batch++) {
                UdpBatchSocket socket = sockets[batch % SOCKETS];
                for (int i = 0; i < UdpBatchSocket.BATCH; i++) {
                    boolean isSound = (batch * UdpBatchSocket.BATCH + i) % SOUND_EVERY == 0;
                    byte[] packet = isSound ? sound : badPacket();
                    memory.buffer().putBytes(i * LARGEST, packet);
                    socket.offer(
                            memory.address() + (long) i * LARGEST,
                            packet.length,
                            0,
                            router & 0xffff_ffffL,
                            DATA_PORT,
                            1 + random.nextInt(255),
                            random.nextInt(256),
                            0);
                    good += isSound ? 1 : 0;
                    bad += isSound ? 0 : 1;
                }
                socket.flush();
            }
        }
        for (UdpBatchSocket socket : sockets) {
            socket.close();
        }
        return bad + " " + good;
    }

    /** One in four is random; the others are sound but for some octets, or cut off, or longer than they say. */
    private byte[] badPacket() {
        byte[] packet;
        if (random.nextInt(4) == 0) {
            packet = new byte[random.nextInt(random.nextBoolean() ? 64 : LARGEST)];
            random.nextBytes(packet);
            return packet;
        }
        packet = Arrays.copyOf(sound, random.nextInt(3) == 0 ? random.nextInt(sound.length + 64) : sound.length);
        if (packet.length > 0) {
            packet[Math.min(packet.length, sound.length) - 1] ^=
                    1; // so that the host takes none of these for a sound one
        }
        int mutations = 1 + random.nextInt(6);
        for (int i = 0; i < mutations && packet.length > 0; i++) {
            packet[random.nextInt(Math.min(packet.length, 36))] = (byte) random.nextInt();
        }
        return packet;
    }
}
