package io.godwit.lab.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/** One long TCP connection: the client sends a known sequence of octets at a steady rate, the server echoes, the client compares. */
final class TcpTransfer {
    private static final int BLOCK = 8192;
    private static final long RETRY_NANOS = 200_000_000;
    private static final int MULTIPLIER = 167;

    private final StreamLog log;

    TcpTransfer(StreamLog log) {
        this.log = log;
    }

    /** Echoes whatever comes, one connection after the other. */
    static void serve(InetSocketAddress address) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(address)) {
            while (true) {
                try (SocketChannel peer = server.accept()) {
                    echo(peer);
                } catch (IOException e) {
                    // The client sees it too, and says so in its log.
                }
            }
        }
    }

    private static void echo(SocketChannel peer) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        while (peer.read(block) >= 0) {
            block.flip();
            while (block.hasRemaining()) {
                peer.write(block);
            }
            block.clear();
        }
    }

    /** Connects, trying again until it works; then sends and compares until the connection ends. */
    void run(InetSocketAddress local, InetSocketAddress remote, int octetsPerSecond) {
        try (SocketChannel channel = connect(local, remote)) {
            log.connect();
            Thread.ofPlatform().daemon().name("tcp-compare").start(() -> compare(channel));
            send(channel, octetsPerSecond);
        } catch (IOException e) {
            log.broke();
        }
    }

    private static SocketChannel connect(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        while (true) {
            SocketChannel channel = SocketChannel.open().bind(local);
            try {
                channel.connect(remote);
                return channel;
            } catch (IOException e) {
                channel.close();
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void send(SocketChannel channel, int octetsPerSecond) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        long interval = 1_000_000_000L * BLOCK / octetsPerSecond;
        long due = System.nanoTime();
        for (long sent = 0; ; sent += BLOCK) {
            long early = due - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            }
            fill(block, sent);
            while (block.hasRemaining()) {
                channel.write(block);
            }
            log.sent(sent + BLOCK);
            due = Math.max(due, System.nanoTime() - interval) + interval;
        }
    }

    private void compare(SocketChannel channel) {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        long verified = 0;
        long last = System.nanoTime();
        try {
            while (channel.read(block.clear()) >= 0) {
                block.flip();
                while (block.hasRemaining()) {
                    if (block.get() != octet(verified++)) {
                        log.corrupt();
                        channel.close();
                        return;
                    }
                }
                long now = System.nanoTime();
                log.verified(verified, now - last);
                last = now;
            }
            log.broke();
        } catch (IOException e) {
            log.broke();
        }
    }

    private static void fill(ByteBuffer block, long position) {
        block.clear();
        for (int i = 0; i < BLOCK; i++) {
            block.put(octet(position + i));
        }
        block.flip();
    }

    /** Differs between any two positions that a lost or repeated segment could confuse. */
    private static byte octet(long position) {
        return (byte) (position * MULTIPLIER + (position >>> 8) * 31 + (position >>> 16) * 7);
    }
}
