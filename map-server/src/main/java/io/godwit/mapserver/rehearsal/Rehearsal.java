package io.godwit.mapserver.rehearsal;

import io.godwit.daemon.net.ControlThread;
import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.NettyControlTransport;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.MapServer;
import io.godwit.mapserver.config.LimitsConfig;
import io.godwit.mapserver.config.PrefixConfig;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import io.godwit.packet.control.ControlCodec;
import io.godwit.packet.control.MapNotify;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map-server that nobody knows has EIDs move to and fro between xTRs that are none, and tells subscribers that are none. The first thousand
 * moves of a process took ten times as long as those after them, for the code that was interpreted: hosts that move together come when they
 * come, and are not to wait for that. Runs on a thread of its own after the process is up; nothing of it is left, and when it fails nothing is
 * worse than before.
 */
public final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    /** After the start: whoever waits for the process has it first. */
    public static final Duration DELAY = Duration.ofMillis(500);

    private static final int ROUNDS = 160;
    private static final int ROUNDS_AT_ONCE = 10;
    /** Between them: what has become often used is compiled again, better, when the compilers have nothing else left to do. */
    private static final long PAUSE_NANOS = 100_000_000;

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int EIDS = 200;
    private static final int RECORDS = 20;
    /** All subscribed to the first EID. */
    private static final int ITRS = 250;

    private static final long SITE_ID = 1;
    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final IpAddress SERVER = IpAddress.parse("192.0.2.100");

    private final RehearsalMessages messages;
    private final RehearsalTransport transport;
    private final MapServer server;
    private int rounds;

    private Rehearsal(ControlThread thread, NettyControlTransport sockets) {
        AuthenticationKey key = new AuthenticationKey(
                1, AuthenticationAlgorithm.HMAC_SHA_256_128, "rehearsal".getBytes(StandardCharsets.US_ASCII), false);
        messages = new RehearsalMessages(key, SITE_ID);
        transport = new RehearsalTransport(SERVER, sockets);
        server = new MapServer(sites(key), LimitsConfig.DEFAULT, transport, thread.timers());
        server.start();
    }

    private static Sites sites(AuthenticationKey key) {
        Sites sites = new Sites();
        sites.add(
                new Site("rehearsal", Optional.of(SITE_ID), List.of(key), true, Optional.empty(), true),
                List.of(
                        new PrefixConfig(EidPrefix.parse("10.0.0.0/8"), true),
                        new PrefixConfig(EidPrefix.parse("2001:db8::/32"), true)));
        return sites;
    }

    /** Begins, and returns. */
    public static void begin() {
        Thread.ofPlatform().daemon().name("rehearsal").start(() -> {
            try {
                LOG.debug("{} moves rehearsed", run(ROUNDS).get("moves"));
            } catch (RuntimeException e) {
                LOG.debug("the rehearsal failed; the first moves will be slow", e);
            }
        });
    }

    /** What the map-server that nobody knows has counted then. */
    static Map<String, Long> run(int rounds) {
        try (ControlThread thread = new ControlThread("rehearsal-net")) {
            NettyControlTransport sockets =
                    NettyControlTransport.open(thread.loop(), Optional.of(thread.sending()), List.of(LOOPBACK), 0);
            try {
                Rehearsal rehearsal = onLoop(thread, () -> new Rehearsal(thread, sockets));
                NanoClock clock = thread.timers()::nanoTime;
                long end = clock.nanoTime() + LONGEST.toNanos();
                onLoop(thread, rehearsal::subscribe);
                while (rehearsal.rounds < rounds && clock.nanoTime() < end) {
                    onLoop(thread, rehearsal::round);
                    if (rehearsal.rounds % ROUNDS_AT_ONCE == 0) {
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                }
                return onLoop(thread, rehearsal::end);
            } finally {
                sockets.close();
            }
        }
    }

    private static <T> T onLoop(ControlThread thread, Callable<T> task) {
        return thread.loop().submit(task).syncUninterruptibly().getNow();
    }

    private boolean subscribe() {
        move(0);
        for (int itr = 0; itr < ITRS; itr++) {
            deliver(messages.request(0, itr, true), RehearsalMessages.itr(itr));
        }
        return true;
    }

    private boolean round() {
        rounds++;
        move(rounds % 2);
        for (int eid = 1; eid < EIDS; eid++) {
            deliver(messages.request(eid, rounds, false), RehearsalMessages.itr(rounds));
        }
        return true;
    }

    private Map<String, Long> end() {
        server.close();
        return server.counters();
    }

    /** All of them, to that xTR. */
    private void move(int xtr) {
        for (int eid = 0; eid < EIDS; eid += RECORDS) {
            int length = messages.register(eid, eid + RECORDS, xtr);
            long own = messages.nonce();
            deliver(length, RehearsalMessages.xtr(xtr));
            acknowledge(own);
        }
    }

    private void deliver(int length, IpAddress from) {
        transport.deliver(messages.buffer(), length, new Endpoint(from, ControlCodec.PORT));
    }

    /** Whoever was told something says so; {@code own} is only an answer. */
    private void acknowledge(long own) {
        for (var sent = transport.sent().poll();
                sent != null;
                sent = transport.sent().poll()) {
            UnsafeBuffer octets = new UnsafeBuffer(sent.octets());
            if (ControlCodec.decode(octets, 0, octets.capacity()) instanceof MapNotify notify
                    && notify.nonce() != own) {
                deliver(messages.acknowledgement(notify), sent.to().address());
            }
        }
    }
}
