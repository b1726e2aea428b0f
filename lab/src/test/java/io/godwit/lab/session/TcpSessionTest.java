package io.godwit.lab.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.daemon.net.TcpFrames;
import io.godwit.lab.session.SessionWorld.Xtr;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.ControlCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/REFRESH-SESSIONS.md with sockets: Map-Registers over UDP, sessions over TCP, on the loopback network. Only the clock is the test's. */
@Timeout(120)
class TcpSessionTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private static final String EID = "10.1.0.1";

    private final ControlThread thread = new ControlThread("test-sessions");
    private final TcpFrames tcp = new TcpFrames(thread.loop());
    /** The map-server's ends, and the xTRs'. */
    private final List<Counted> accepted = new ArrayList<>();

    private final List<Counted> initiated = new ArrayList<>();
    /** What is on its way by TCP: messages, and the two ends of connections. */
    private int underWay;

    private final List<ControlTransport> transports = new ArrayList<>();
    private final SessionWorld world;
    private final TcpFrames.Listener listener;

    TcpSessionTest(@TempDir Path folder) throws Exception {
        int[] port = {0};
        world = on(() -> new SessionWorld(folder, Optional.of(new Loopback(port))));
        listener = tcp.listen(address(100), 0, stream -> {
            underWay--;
            Counted counted = new Counted(stream);
            accepted.add(counted);
            return counted.receiver(world.sessions.open(counted));
        });
        port[0] = listener.port();
    }

    private final class Loopback implements SessionWorld.Wires {
        private final int[] port;

        Loopback(int[] port) {
            this.port = port;
        }

        @Override
        public ControlTransport open(IpAddress own) {
            NettyControlTransport opened = NettyControlTransport.open(thread.loop(), List.of(own), ControlCodec.PORT);
            transports.add(opened);
            return opened;
        }

        @Override
        public FrameStream.Connector connector(IpAddress own) {
            return (remote, opened, failed) -> {
                underWay += 2;
                tcp.connect(
                        remote,
                        stream -> {
                            underWay--;
                            Counted counted = new Counted(stream);
                            initiated.add(counted);
                            return counted.receiver(opened.apply(counted));
                        },
                        () -> {
                            underWay -= 2;
                            failed.run();
                        });
            };
        }

        @Override
        public IpAddress address(int id) {
            return TcpSessionTest.address(id);
        }

        @Override
        public int port() {
            return port[0];
        }
    }

    private final class Counted implements FrameStream {
        private final FrameStream stream;
        private boolean closed;

        Counted(FrameStream stream) {
            this.stream = stream;
        }

        Receiver receiver(Receiver real) {
            return new Receiver() {
                @Override
                public void onFrame(byte[] frame) {
                    underWay--;
                    real.onFrame(frame);
                }

                @Override
                public void onClosed() {
                    closed = true;
                    real.onClosed();
                }
            };
        }

        @Override
        public IpAddress remote() {
            return stream.remote();
        }

        @Override
        public void send(byte[] frame) {
            underWay++;
            stream.send(frame);
        }

        @Override
        public void close() {
            closed = true;
            stream.close();
        }
    }

    /** Breaks all connections, and waits until the xTRs know. */
    private void breakAll() throws Exception {
        on(() -> {
            accepted.forEach(FrameStream::close);
            return true;
        });
        await(() -> initiated.stream().allMatch(one -> one.closed));
    }

    private void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!on(condition)) {
            assertThat(System.nanoTime()).as("messages arrive").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static IpAddress address(int id) {
        return IpAddress.parse("127.46.0." + id);
    }

    private <T> T on(Callable<T> work) throws Exception {
        return thread.loop().submit(work).get(60, TimeUnit.SECONDS);
    }

    /** The clock goes on when everything has arrived: the machine may be busy. */
    private void seconds(int count) throws Exception {
        for (int second = 0; second < count; second++) {
            on(() -> {
                world.seconds(1);
                return true;
            });
            await(() -> underWay == 0);
        }
    }

    private boolean isRegistered() throws Exception {
        return on(() -> world.isRegistered(EID));
    }

    private int sessions() throws Exception {
        return on(world.sessions::size);
    }

    private Xtr started() throws Exception {
        Xtr xtr = on(() -> world.xtr(1).start(EID));
        for (int i = 0; i < 60 && sessions() == 0; i++) {
            seconds(1);
        }
        assertThat(sessions()).isEqualTo(1);
        // What is lost on a busy machine is registered once more.
        long before;
        do {
            before = on(xtr::registersSent);
            seconds(10);
        } while (on(xtr::registersSent) != before || !isRegistered());
        return xtr;
    }

    private void shouldBeKept(Xtr xtr) throws Exception {
        long once = on(xtr::registersSent);
        seconds(400);
        assertThat(on(xtr::registersSent)).isEqualTo(once);
        assertThat(isRegistered()).isTrue();
    }

    @Test
    void shouldKeepRegistrationsUntilTheXtrIsGoneAndAgainWhenItIsBack() throws Exception {
        Xtr xtr = started();
        shouldBeKept(xtr);
        on(() -> {
            xtr.vanish();
            return true;
        });
        breakAll(); // and its address is free then
        seconds(100);
        assertThat(isRegistered()).as("180 s after the last word").isTrue();
        assertThat(sessions()).isZero();
        seconds(100);
        assertThat(isRegistered()).isFalse();
        shouldBeKept(started());
    }

    @Test
    void shouldRegisterOverUdpWhileThereIsNoConnection() throws Exception {
        Xtr xtr = started();
        long once = on(xtr::registersSent);
        listener.close();
        breakAll(); // which comes after that
        seconds(400);
        assertThat(isRegistered()).isTrue();
        assertThat(on(xtr::registersSent)).isGreaterThanOrEqualTo(once + 6);
    }

    @AfterEach
    void close() throws Exception {
        listener.close();
        on(() -> {
            transports.forEach(ControlTransport::close);
            return true;
        });
        thread.close();
    }
}
