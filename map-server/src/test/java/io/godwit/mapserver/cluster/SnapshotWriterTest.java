package io.godwit.mapserver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.NettyControlTransport;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SnapshotWriterTest {
    private static final int TURNS = 4_000;

    private final ControlThread thread = new ControlThread("test-snapshot");

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        thread.close();
    }

    /** One datagram that is sent to its sender again and again: it comes whenever the thread looks at its sockets. */
    @Test
    void shouldLookAtTheSocketsBetweenItsTurns() throws Exception {
        NettyControlTransport transport = NettyControlTransport.open(thread.loop(), List.of(LoneMember.LOOPBACK), 0);
        Endpoint self = new Endpoint(LoneMember.LOOPBACK, transport.localPort());
        UnsafeBuffer octets = new UnsafeBuffer(new byte[8]);
        int[] received = {0};
        CompletableFuture<Long> whole = new CompletableFuture<>();
        Counted member = new Counted();
        SnapshotWriter writer =
                new SnapshotWriter(new SnapshotFiles(folder), thread.timers(), member, new Problems(), whole::complete);
        thread.timers().execute(() -> {
            transport.handler((buffer, offset, length, local, remote) -> {
                received[0]++;
                transport.send(octets, 0, octets.capacity(), self);
            });
            transport.send(octets, 0, octets.capacity(), self);
            writer.begin(4_711);
        });
        assertThat(whole.get(50, TimeUnit.SECONDS)).isEqualTo(4_711);
        assertThat(new SnapshotFiles(folder).positions()).containsExactly(4_711L);
        assertThat(member.turns).hasValue(TURNS);
        assertThat(received[0]).isGreaterThan(TURNS / 4);
        writer.close();
        transport.close();
    }

    /** A state that takes so many turns to write. */
    private static final class Counted implements SharedLog.Member {
        private Consumer<byte[]> sink = part -> {};
        private final AtomicInteger turns = new AtomicInteger();

        @Override
        public void beginSnapshot(Consumer<byte[]> to) {
            sink = to;
        }

        @Override
        public boolean writeSnapshot(int limit) {
            sink.accept(new byte[100]);
            return turns.incrementAndGet() == TURNS;
        }

        @Override
        public void committed(ByteBuffer batch, long epochMillis) {}

        @Override
        public void restored(ByteBuffer part) {}

        @Override
        public void leads(boolean now) {}

        @Override
        public void ready() {}

        @Override
        public void failed(String sentence) {}
    }
}
