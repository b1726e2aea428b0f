package io.godwit.xtr.control.fake;

import io.godwit.daemon.life.DaemonContext;
import io.godwit.daemon.management.Routes;
import io.godwit.daemon.net.ControlTransport;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.net.memory.Datagram;
import io.godwit.linux.fake.FakeNetlink;
import io.godwit.linux.fake.FakeNetwork;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.Xtr;
import io.godwit.xtr.config.XtrConfig;
import io.godwit.xtr.control.XtrApi;
import io.godwit.xtr.control.segment.SegmentPort;
import io.godwit.xtr.control.segment.Sighting;
import io.godwit.xtr.control.segment.Sysctls;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** An xTR of a {@link MoveWorld}, which can be killed and started again: its state directory stays. */
public final class MoveSite {
    private final MoveWorld world;
    private final Path directory;
    private final XtrConfig config;
    public final int index;
    public final IpAddress rloc;
    private @Nullable Life life;

    MoveSite(MoveWorld world, int index, Path directory, XtrConfig config) {
        this.world = world;
        this.index = index;
        this.directory = directory;
        this.config = config;
        rloc = config.rlocs().getFirst().address();
    }

    public boolean isAlive() {
        return life != null;
    }

    public void start() {
        Life fresh = new Life();
        life = fresh;
        fresh.start();
    }

    /** Without a last word. */
    public void kill() {
        if (life != null) {
            life.kill();
            life = null;
        }
    }

    /** A packet for the guest comes from outside. */
    void receive(Token token, IpAddress from) {
        if (life == null) {
            world.lose(token, "process killed");
        } else {
            life.plane.receive(token, Optional.of(from));
        }
    }

    /** As if {@code from} had sent it. */
    public void receive(Token token, String from) {
        receive(token, IpAddress.parse(from));
    }

    /** A datagram that somebody else sends in the name of its sender. */
    void inject(Datagram datagram) {
        if (life != null) {
            UnsafeBuffer octets = new UnsafeBuffer(datagram.payload());
            Objects.requireNonNull(life.handlers.get(datagram.to().port()))
                    .onDatagram(octets, 0, octets.capacity(), datagram.to().address(), datagram.from());
        }
    }

    /** A transport whose handler is known. */
    private record Heard(ControlTransport real, Map<Integer, Handler> handlers) implements ControlTransport {
        @Override
        public List<IpAddress> localAddresses() {
            return real.localAddresses();
        }

        @Override
        public int localPort() {
            return real.localPort();
        }

        @Override
        public void handler(Handler handler) {
            handlers.put(real.localPort(), handler);
            real.handler(handler);
        }

        @Override
        public void send(DirectBuffer buffer, int offset, int length, Endpoint remote) {
            real.send(buffer, offset, length, remote);
        }

        @Override
        public void send(DirectBuffer buffer, int offset, int length, IpAddress local, Endpoint remote) {
            real.send(buffer, offset, length, local, remote);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /** The guest sends an announcement. */
    public void seen(boolean rarp) {
        if (life != null) {
            life.sightings.accept(new Sighting(
                    "br-vm",
                    MacAddress.parse(TestSite.VM_MAC),
                    rarp ? Optional.empty() : Optional.of(IpAddress.parse(TestSite.VM)),
                    world.timers.epochMillis(),
                    true));
        }
    }

    /** @return the state after the phase, or why it was refused */
    public String move(String phase, String... others) {
        return moveWith(Optional.empty(), phase, others);
    }

    public String moveWith(Optional<String> ticket, String phase, String... others) {
        return moveWith(ticket, Optional.empty(), phase, others);
    }

    /** A prepare that says that the card of the paused guest is on the segment. */
    public String prepareWithCard(String from) {
        return moveWith(Optional.empty(), Optional.of(MacAddress.parse(TestSite.VM_MAC)), "prepare", from);
    }

    private String moveWith(Optional<String> ticket, Optional<MacAddress> card, String phase, String... others) {
        if (life == null) {
            return "dead";
        }
        List<Object> rlocs = List.of((Object[]) others);
        var request = new XtrApi.MoveRequest(
                EidPrefix.parse(TestSite.VM), List.of(), phase, rlocs, rlocs, Optional.empty(), ticket, card);
        try {
            return ((XtrApi.MoveView)
                            Objects.requireNonNull(life.posts.get("/v1/moves")).apply(request))
                    .state();
        } catch (Routes.Refusal e) {
            return "refused: " + e.getMessage();
        }
    }

    /** {@code dead} when it is, else the state of the guest. */
    public String state() {
        if (life == null) {
            return "dead";
        }
        List<XtrApi.DatabaseView> views = life.get("/v1/database");
        return views.stream()
                .filter(view -> view.eid().equals(EidPrefix.parse(TestSite.VM).toString()))
                .map(XtrApi.DatabaseView::state)
                .findFirst()
                .orElse("absent");
    }

    public String events() {
        return life == null ? "" : String.valueOf(life.<Object>get("/v1/events"));
    }

    public String get(String path) {
        return life == null ? "" : String.valueOf(life.<Object>get(path));
    }

    /** One run of the process. */
    private final class Life implements DaemonContext {
        private final List<ControlTransport> transports = new ArrayList<>();
        private final Map<String, Function<Map<String, String>, Object>> gets = new HashMap<>();
        private final Map<String, Function<Object, Object>> posts = new HashMap<>();
        private final TokenPlane plane = new TokenPlane(world, MoveSite.this);
        private final Xtr xtr;
        private final Map<Integer, ControlTransport.Handler> handlers = new HashMap<>();
        private Consumer<Sighting> sightings = sighting -> {};
        private boolean dead;

        Life() {
            FakeNetwork host = new FakeNetwork(
                    new FakeUnderlay(), config.rlocs().getFirst().address().toInetAddress());
            FakeNetlink netlink = host.netlink();
            netlink.addLink("br-vm", MacAddress.parse("02:00:00:00:00:99").toBytes());
            netlink.addLink("lisp0");
            xtr = new Xtr(config, this, host, (c, n) -> plane, this::open, new Sysctls(directory.resolve("sys")));
        }

        void start() {
            xtr.start();
            xtr.routes(new Routes() {
                @Override
                public void get(String path, Function<Map<String, String>, Object> handler) {
                    gets.put(path, handler);
                }

                @Override
                public <T> void post(String path, Class<T> body, Function<T, Object> handler) {
                    posts.put(path, value -> handler.apply(body.cast(value)));
                }

                @Override
                public void stream(
                        String path,
                        String mediaType,
                        java.util.function.BiConsumer<Map<String, String>, io.godwit.daemon.management.OctetStream>
                                handler) {
                    // Nobody listens in memory.
                }
            });
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        <T> T get(String path) {
            return (T) Objects.requireNonNull(gets.get(path), path).apply(Map.of());
        }

        void kill() {
            dead = true;
            plane.kill();
            sightings = sighting -> {};
            transports.forEach(ControlTransport::close);
        }

        private SegmentPort open(SegmentPort.Segment segment, Consumer<Sighting> consumer) {
            sightings = consumer;
            return new SegmentPort() {
                @Override
                public String interfaceName() {
                    return segment.interfaceName();
                }

                @Override
                public void probe(IpAddress host, Optional<MacAddress> mac) {
                    if (!dead) {
                        world.timers.after(Duration.ofMillis(1), () -> world.guestAnswers(MoveSite.this));
                    }
                }

                @Override
                public void answer(IpAddress host, IpAddress asker, MacAddress askerMac) {
                    // Nobody else is on the segment.
                }

                @Override
                public void announce(IpAddress host, MacAddress mac, Optional<MacAddress> to) {
                    // Nobody else is on the segment.
                }

                @Override
                public void announceHere(IpAddress host, Optional<MacAddress> to) {
                    // Nobody else is on the segment.
                }

                @Override
                public void follow(MacAddress mac) {
                    // Only announcements count here.
                }

                @Override
                public void close() {
                    sightings = sighting -> {};
                }
            };
        }

        @Override
        public EventLoop eventLoop() {
            throw new UnsupportedOperationException("no connections in memory");
        }

        @Override
        public ControlTransport open(List<IpAddress> addresses, int port) {
            ControlTransport transport =
                    new Heard(world.network.open(port, addresses.toArray(IpAddress[]::new)), handlers);
            transports.add(transport);
            return transport;
        }

        @Override
        public Timers timers() {
            return new Timers() {
                @Override
                public long nanoTime() {
                    return world.timers.nanoTime();
                }

                @Override
                public long epochMillis() {
                    return world.timers.epochMillis();
                }

                @Override
                public Timer after(Duration delay, Runnable task) {
                    return world.timers.after(delay, () -> run(task));
                }

                @Override
                public Timer every(Duration period, Runnable task) {
                    return world.timers.every(period, () -> run(task));
                }

                @Override
                public void execute(Runnable task) {
                    world.timers.execute(() -> run(task));
                }

                private void run(Runnable task) {
                    if (!dead) {
                        task.run();
                    }
                }
            };
        }
    }
}
