package io.godwit.xtr.rehearsal;

import io.godwit.daemon.net.memory.MemoryNetwork;
import io.godwit.daemon.net.memory.VirtualTimers;
import io.godwit.linux.LinuxNetwork;
import io.godwit.linux.fake.FakeUnderlay;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.address.Ipv4Address;
import io.godwit.packet.address.MacAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.data.Ipv4Header;
import io.godwit.packet.data.Ipv6Header;
import io.godwit.xtr.Xtr;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two tunnel routers in memory move a host to and fro while a packet goes to it. The first move of a process took half a second, for the
 * classes that it had to load and the code that was interpreted; a guest is not to wait for that. Runs on a thread of its own after the
 * process is up; nothing of it is left, and when it fails nothing is worse than before. {@link KernelRehearsal} adds what memory cannot show.
 */
public final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    /** After the start: whoever waits for the process has it first, and the moves that it came in between of have the processors. */
    public static final Duration DELAY = Duration.ofSeconds(4);

    private static final int MOVES = 28;
    private static final int FEWEST = 2;
    /** Of so many, one: nobody says anything before the host announces itself. */
    private static final int UNANNOUNCED = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final String SECRET = "rehearsal";
    private static final String MAPPING_SYSTEM = "192.0.2.3";
    private static final String VM = "10.1.0.5";
    private static final String VM6 = "2001:db8:1::5";
    private static final String SENDER = "10.2.0.9";
    private static final String SENDER6 = "2001:db8:2::9";
    private static final String PATH = "/v1/moves";
    private static final String EIDS = "\"eids\": [\"" + VM + "\", \"" + VM6 + "\"]";
    private static final int MANY = 100;
    private static final int MOVES_OF_MANY = 6;
    private static final MacAddress MANY_MAC = MacAddress.parse("02:00:00:00:00:06");
    private static final int TTL = 64;
    private static final int EXPERIMENT = 253;
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:05");

    private final Xtr.Forwarder forwarder;
    private final Path folder;
    private final VirtualTimers clock = new VirtualTimers();
    private final RehearsalTimers timers = new RehearsalTimers(clock);
    private final MemoryNetwork control = new MemoryNetwork(clock);
    private final FakeUnderlay underlay = new FakeUnderlay();
    private int moved;
    private int arrived;

    private Rehearsal(Xtr.Forwarder forwarder, Path folder) {
        this.forwarder = forwarder;
        this.folder = folder;
    }

    /** Begins, and returns. What it writes stands in a folder of its own beside the state, which it removes. */
    public static void begin(Xtr.Forwarder forwarder, Path stateDirectory) {
        Thread.ofPlatform().daemon().name("rehearsal").start(() -> {
            try {
                long start = System.nanoTime();
                int moves = run(forwarder, stateDirectory.resolve("rehearsal"));
                KernelRehearsal.run(new LinuxNetwork());
                LOG.debug("{} moves rehearsed in {} ms", moves, (System.nanoTime() - start) / 1_000_000);
            } catch (IOException | RuntimeException e) {
                LOG.debug("the rehearsal failed; the first move will be slow", e);
            }
        });
    }

    /** @return of how many moves the packets arrived */
    static int run(Xtr.Forwarder forwarder, Path folder) throws IOException {
        // Of a process that was killed meanwhile.
        delete(folder);
        Files.createDirectories(folder);
        try {
            return new Rehearsal(forwarder, folder).moves();
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        IoUtil.delete(folder.toFile(), true);
    }

    private int moves() throws IOException {
        var key = new AuthenticationKey(
                1, AuthenticationAlgorithm.HMAC_SHA_256_128, SECRET.getBytes(StandardCharsets.UTF_8), false);
        var _ = new MappingSystem(control, IpAddress.parse(MAPPING_SYSTEM), key);
        int moves = 0;
        try (RehearsalSite a = site("192.0.2.1", "192.0.2.2", "10.2.0.0/24", "2001:db8:2::/64");
                RehearsalSite b = site("192.0.2.2", "192.0.2.1", "10.3.0.0/24", "2001:db8:3::/64")) {
            long end = System.nanoTime() + LONGEST.toNanos();
            seen(a);
            while (moves < FEWEST || (moves < MOVES && System.nanoTime() < end)) {
                move(moves % 2 == 0 ? a : b, moves % 2 == 0 ? b : a, moves % UNANNOUNCED != 1);
                moves++;
            }
            moveMany(a, b, end);
        }
        return arrived;
    }

    private RehearsalSite site(String rloc, String peer, String prefix, String prefix6) throws IOException {
        Path own = Files.createDirectory(folder.resolve(rloc));
        Files.createFile(
                own.resolve("key"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(own.resolve("key"), SECRET);
        return new RehearsalSite(
                own, control, timers, underlay, forwarder, rloc, peer, MAPPING_SYSTEM, prefix, prefix6);
    }

    private void move(RehearsalSite from, RehearsalSite to, boolean announced) {
        if (announced) {
            announce(from, to);
        } else {
            to.seen(Optional.empty(), MAC);
            timers.run();
        }
        sendFrom(from);
        if (announced) {
            await(() -> false, Duration.ofMillis(3));
            if (moved++ % 3 == 0) {
                // Nobody says more than that there is a card.
                to.seen(Optional.empty(), MAC);
            }
            to.post(PATH, phase("commit", "\"mac\": \"" + MAC + "\""));
        }
        boolean first = await(() -> to.tun().delivered().isPresent(), PATIENCE);
        boolean second = first && await(() -> to.tun().delivered().isPresent(), PATIENCE);
        if (second) {
            arrived++;
        }
        clock.advance(Duration.ofSeconds(2));
        seen(to);
    }

    private void announce(RehearsalSite from, RehearsalSite to) {
        to.post(PATH, phase("prepare", "\"from\": [\"" + from.rloc() + "\"]"));
        from.post(PATH + "/hold", "{" + EIDS + "}");
        from.post(PATH, phase("switch", "\"to\": [\"" + to.rloc() + "\"]"));
        from.post(PATH + "/release", "{" + EIDS + "}");
    }

    private static void sendFrom(RehearsalSite site) {
        site.tun().fromHost(packet());
        site.tun().fromHost(packet6());
    }

    /** Many at once: a loop of a thousand turns is compiled only when it has turned. */
    private void moveMany(RehearsalSite a, RehearsalSite b, long end) {
        String many = IntStream.rangeClosed(1, MANY)
                .mapToObj(i -> "\"10.1.1." + i + "\"")
                .collect(Collectors.joining(", ", "\"eids\": [", "]"));
        String commit = phase(many, "commit", "\"mac\": \"" + MANY_MAC + "\"");
        a.post(PATH, commit);
        for (int i = 0; i < MOVES_OF_MANY && System.nanoTime() < end; i++) {
            RehearsalSite from = i % 2 == 0 ? a : b;
            RehearsalSite to = i % 2 == 0 ? b : a;
            timers.run();
            to.post(PATH, phase(many, "prepare", "\"from\": [\"" + from.rloc() + "\"]"));
            from.post(PATH, phase(many, "switch", "\"to\": [\"" + to.rloc() + "\"]"));
            to.post(PATH, commit);
            timers.run();
            clock.advance(Duration.ofSeconds(4));
        }
    }

    private void seen(RehearsalSite at) {
        for (String address : List.of(VM, VM6)) {
            at.seen(Optional.of(IpAddress.parse(address)), MAC);
        }
        timers.run();
    }

    private static String phase(String name, String more) {
        return phase(EIDS, name, more);
    }

    private static String phase(String eids, String name, String more) {
        return "{" + eids + ", \"phase\": \"" + name + "\", " + more + "}";
    }

    private boolean await(BooleanSupplier condition, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        boolean holds;
        do {
            timers.run();
            LockSupport.parkNanos(50_000);
            holds = condition.getAsBoolean();
        } while (!holds && System.nanoTime() < end);
        return holds;
    }

    private static byte[] packet6() {
        byte[] packet = new byte[Ipv6Header.LENGTH];
        UnsafeBuffer sender = new UnsafeBuffer(IpAddress.parse(SENDER6).toBytes());
        UnsafeBuffer vm = new UnsafeBuffer(IpAddress.parse(VM6).toBytes());
        Ipv6Header.put(
                new UnsafeBuffer(packet),
                0,
                0,
                0,
                0,
                EXPERIMENT,
                TTL,
                sender.getLong(0, ByteOrder.BIG_ENDIAN),
                sender.getLong(Long.BYTES, ByteOrder.BIG_ENDIAN),
                vm.getLong(0, ByteOrder.BIG_ENDIAN),
                vm.getLong(Long.BYTES, ByteOrder.BIG_ENDIAN));
        return packet;
    }

    /** IPv4 without payload, protocol 253 (for experiments, RFC 3692). */
    private static byte[] packet() {
        byte[] packet = new byte[Ipv4Header.LENGTH];
        Ipv4Header.put(
                new UnsafeBuffer(packet),
                0,
                0,
                packet.length,
                0,
                0,
                TTL,
                EXPERIMENT,
                ((Ipv4Address) IpAddress.parse(SENDER)).value(),
                ((Ipv4Address) IpAddress.parse(VM)).value());
        return packet;
    }
}
