package io.godwit.lab.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.TcpFrames;
import io.godwit.lab.session.SessionWorld.Xtr;
import io.godwit.mapping.session.SessionMessage;
import io.godwit.packet.address.IpAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/REFRESH-SESSIONS.md: a session whose liveness keeps registrations. */
@Timeout(120)
class RefreshSessionTest {
    private static final Endpoint LISTENER = new Endpoint(SessionWorld.SERVER, SessionWorld.PORT);
    private static final int QUICK = 400;

    private final SessionWorld world;

    RefreshSessionTest(@TempDir Path folder) {
        world = new SessionWorld(folder);
    }

    @Test
    void shouldKeepRegistrationsWithoutRegisteringAgain() {
        Xtr xtr = world.xtr(1).start("10.1.0.1", "10.1.0.2");
        world.seconds(5);
        assertThat(world.sessions.size()).isEqualTo(1);
        long once = xtr.registersSent();
        world.seconds(2_000);
        assertThat(xtr.registersSent()).isEqualTo(once);
        assertThat(world.isRegistered("10.1.0.1")).isTrue();
        assertThat(world.isRegistered("10.1.0.2")).isTrue();
        xtr.add("10.1.0.3");
        world.seconds(1);
        assertThat(xtr.registersSent()).as("a change is told at once").isEqualTo(once + 1);
        assertThat(world.isRegistered("10.1.0.3")).isTrue();
        xtr.withdraw("10.1.0.2");
        world.seconds(1);
        assertThat(world.isRegistered("10.1.0.2")).isFalse();
    }

    @Test
    void shouldFallBackToMapRegistersWhenTheSessionBreaksAndWhileNobodyListens() {
        Xtr xtr = world.xtr(1).start("10.1.0.1");
        world.seconds(QUICK);
        world.streams.stop(LISTENER);
        world.timers.run();
        long before = xtr.registersSent();
        assertThat(world.sessions.size()).isZero();
        world.seconds(600);
        assertThat(xtr.registersSent() - before).isEqualTo(10);
        assertThat(world.isRegistered("10.1.0.1")).isTrue();
        world.streams.listen(LISTENER, world.sessions::open);
        world.seconds(62);
        assertThat(world.sessions.size()).isEqualTo(1);
        before = xtr.registersSent();
        world.seconds(600);
        assertThat(xtr.registersSent()).isEqualTo(before);
    }

    @Test
    void shouldLetRegistrationsRunOutWhenAnXtrIsHeardNoMore() {
        Xtr xtr = world.xtr(1).start("10.1.0.1");
        world.seconds(1_000);
        world.streams.lose(true);
        xtr.vanish();
        world.seconds(32);
        assertThat(world.sessions.size()).isZero();
        world.seconds(130);
        assertThat(world.isRegistered("10.1.0.1"))
                .as("180 s after the last word")
                .isTrue();
        world.seconds(30);
        assertThat(world.isRegistered("10.1.0.1")).isFalse();
    }

    @Test
    void shouldNotKeepWhatAnEarlierLifeOfTheXtrRegistered() {
        Xtr earlier = world.xtr(1).start("10.1.0.1", "10.1.0.2");
        world.seconds(100);
        earlier.vanish();
        world.streams.breakAll();
        world.xtr(1).start("10.1.0.2");
        world.seconds(300);
        assertThat(world.sessions.size()).isEqualTo(1);
        assertThat(world.isRegistered("10.1.0.1")).isFalse();
        assertThat(world.isRegistered("10.1.0.2")).isTrue();
    }

    @Test
    void shouldNotKeepWhatCouldNotBeTakenBack() {
        Xtr xtr = world.xtr(1).start("10.1.0.1", "10.1.0.2");
        world.seconds(QUICK);
        world.network.drop(datagram -> true);
        xtr.withdraw("10.1.0.2");
        world.seconds(20);
        world.network.clearRules();
        world.seconds(300);
        assertThat(world.isRegistered("10.1.0.1")).isTrue();
        assertThat(world.isRegistered("10.1.0.2")).isFalse();
    }

    @Test
    void shouldRefuseWhoHasNotTheKeyAndTooMany() {
        Xtr stranger = world.xtr(9, SessionWorld.key("guessed"), world.streams.connector(IpAddress.parse("192.0.2.9")));
        stranger.start("10.1.0.9");
        world.seconds(10);
        assertThat(world.sessions.size()).isZero();
        for (int id = 1; id <= 3; id++) {
            world.xtr(id).start("10.1.0." + id);
        }
        world.seconds(10);
        assertThat(world.sessions.size()).isEqualTo(2);
        assertThat(world.server.counters().get("sessionsRefused")).isGreaterThanOrEqualTo(2);
        world.seconds(500);
        assertThat(world.isRegistered("10.1.0.3"))
                .as("without a session, as ever")
                .isTrue();
    }

    @Test
    void shouldNotBeHeldUpByConnectionsThatSayNothingOrTooMuch() {
        List<FrameStream> idle = new ArrayList<>();
        FrameStream.Connector connector = world.streams.connector(IpAddress.parse("192.0.2.66"));
        for (int i = 0; i < 1_000; i++) {
            connector.connect(LISTENER, stream -> new Deaf(stream, idle), () -> {});
        }
        world.timers.run();
        assertThat(world.streams.connections()).isLessThanOrEqualTo(65);
        world.xtr(1).start("10.1.0.1");
        world.seconds(7);
        assertThat(world.sessions.size()).isEqualTo(1);
        assertThat(world.streams.connections())
                .as("five seconds to prove something")
                .isEqualTo(1);
        connector.connect(LISTENER, stream -> new Deaf(stream, idle), () -> {});
        world.timers.run();
        idle.getLast().send(new byte[] {2, 1, 2, 3});
        idle.getLast().send(new byte[0]);
        world.timers.run();
        assertThat(world.streams.connections()).isEqualTo(1);
    }

    private record Deaf(FrameStream stream, List<FrameStream> all) implements FrameStream.Receiver {
        Deaf {
            all.add(stream);
        }

        @Override
        public void onFrame(byte[] frame) {}

        @Override
        public void onClosed() {}
    }

    /** What is replayed, or said by the wrong end, ends the session. */
    @Test
    void shouldNotTakeWhatWasSaidBefore() {
        List<byte[]> said = new ArrayList<>();
        List<FrameStream> raw = new ArrayList<>();
        FrameStream.Connector plain = world.streams.connector(IpAddress.parse("192.0.2.1"));
        world.xtr(
                        1,
                        SessionWorld.KEY,
                        (remote, opened, failed) -> plain.connect(
                                remote,
                                stream -> {
                                    raw.add(stream);
                                    return opened.apply(new Overheard(stream, said));
                                },
                                failed))
                .start("10.1.0.1");
        world.seconds(35);
        assertThat(said.stream().map(frame -> SessionMessage.decode(frame).orElseThrow()))
                .hasSizeGreaterThanOrEqualTo(4)
                .anyMatch(SessionMessage.Alive.class::isInstance);
        raw.getFirst().send(said.get(1));
        world.timers.run();
        assertThat(world.sessions.size()).isZero();
        plain.connect(LISTENER, stream -> new Deaf(stream, raw), () -> {});
        world.timers.run();
        raw.getLast().send(said.getFirst());
        world.timers.run();
        assertThat(world.sessions.size()).as("the hello of another connection").isZero();
    }

    private record Overheard(FrameStream stream, List<byte[]> said) implements FrameStream {
        @Override
        public IpAddress remote() {
            return stream.remote();
        }

        @Override
        public void send(byte[] frame) {
            said.add(frame);
            stream.send(frame);
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    @Test
    void shouldCarryFramesOverTcpAndCloseOnWhatIsTooLong() throws Exception {
        IpAddress loopback = IpAddress.parse("127.0.0.1");
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (ControlThread thread = new ControlThread("test-frames")) {
            TcpFrames tcp = new TcpFrames(thread.loop());
            TcpFrames.Listener listener = tcp.listen(loopback, 0, stream -> new Noting(heard));
            CompletableFuture<FrameStream> opened = new CompletableFuture<>();
            tcp.connect(
                    new Endpoint(loopback, listener.port()),
                    stream -> {
                        opened.complete(stream);
                        return new Noting(heard);
                    },
                    () -> heard.add("failed"));
            FrameStream stream = opened.get(60, TimeUnit.SECONDS);
            stream.send("one".getBytes(StandardCharsets.US_ASCII));
            stream.send("two".getBytes(StandardCharsets.US_ASCII));
            assertThat(next(heard)).isEqualTo("one");
            assertThat(next(heard)).isEqualTo("two");
            stream.send(new byte[FrameStream.MAX_FRAME + 1]);
            assertThat(next(heard)).isEqualTo("closed");
            assertThat(next(heard)).as("the other end").isEqualTo("closed");
            listener.close();
            tcp.connect(new Endpoint(loopback, listener.port()), other -> new Noting(heard), () -> heard.add("failed"));
            assertThat(next(heard)).isEqualTo("failed");
        }
    }

    private static String next(LinkedBlockingQueue<String> heard) throws InterruptedException {
        return String.valueOf(heard.poll(60, TimeUnit.SECONDS));
    }

    private record Noting(LinkedBlockingQueue<String> heard) implements FrameStream.Receiver {
        @Override
        public void onFrame(byte[] frame) {
            heard.add(new String(frame, StandardCharsets.US_ASCII));
        }

        @Override
        public void onClosed() {
            heard.add("closed");
        }
    }
}
