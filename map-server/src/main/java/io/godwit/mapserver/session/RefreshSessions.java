package io.godwit.mapserver.session;

import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.Timers;
import io.godwit.daemon.observe.Counters;
import io.godwit.mapping.session.SessionMessage;
import io.godwit.mapping.session.SessionMessage.Alive;
import io.godwit.mapping.session.SessionMessage.Challenge;
import io.godwit.mapping.session.SessionMessage.Hello;
import io.godwit.mapping.session.SessionMessage.Welcome;
import io.godwit.mapping.session.SessionProof;
import io.godwit.mapping.session.SessionProof.Side;
import io.godwit.mapserver.Counter;
import io.godwit.mapserver.database.Living;
import io.godwit.mapserver.database.MappingDatabase;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.mapserver.site.Site;
import io.godwit.mapserver.site.Sites;
import io.godwit.packet.auth.AuthenticationAlgorithm;
import io.godwit.packet.auth.AuthenticationKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Connections of xTRs that say every ten seconds that they live. What an xTR has registered since its session began lives as long as it is
 * heard, however many EIDs that are; when it is heard no more, that counts as its last Map-Register.
 */
public final class RefreshSessions implements Living {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** Between connecting and proving to have a key. */
    private static final long PATIENCE_NANOS = 5 * SECOND_NANOS;
    /** An xTR says three times in it that it lives. */
    private static final long SILENCE_NANOS = 30 * SECOND_NANOS;

    private static final Duration SWEEP = Duration.ofSeconds(1);
    /** Connections that have not proved anything, for each session that there may be. */
    private static final int STRANGERS = 64;

    /** Registrations are timed this exactly: what seems to have come in a session's first moment may be older. */
    private static final long EXACT_NANOS = 100_000_000L;

    private final Sites sites;
    private final Timers timers;
    private final Counters<Counter> counters;
    private final int capacity;
    private final RandomGenerator random;
    private final Set<Session> strangers = new LinkedHashSet<>();
    private final Map<Who, Session> sessions = new HashMap<>();
    /** Sessions that ended not long ago. */
    private final Map<Who, Session> ended = new HashMap<>();

    private record Who(String site, XtrKey xtr) {}

    /**
     * @param capacity sessions at once
     * @param random unpredictable in the running system
     */
    public RefreshSessions(
            Sites sites, Timers timers, Counters<Counter> counters, int capacity, RandomGenerator random) {
        this.sites = sites;
        this.timers = timers;
        this.counters = counters;
        this.capacity = capacity;
        this.random = random;
    }

    public Timers.Timer start() {
        return timers.every(SWEEP, this::sweep);
    }

    /** Sessions now. */
    public int size() {
        return sessions.size();
    }

    /** Of a new connection. */
    public FrameStream.Receiver open(FrameStream stream) {
        Session session = new Session(stream);
        if (strangers.size() >= STRANGERS) {
            Session oldest = strangers.iterator().next();
            refuse(oldest);
        }
        strangers.add(session);
        stream.send(new Challenge(session.challenge).encode());
        return session;
    }

    private void refuse(Session session) {
        counters.increment(Counter.SESSIONS_REFUSED);
        strangers.remove(session);
        session.stream.close();
    }

    @Override
    public long heard(Registrant by, long registeredNanos) {
        Who who = new Who(by.site().name(), by.xtr());
        Session session = sessions.isEmpty() && ended.isEmpty() ? null : sessions.getOrDefault(who, ended.get(who));
        return session != null && registeredNanos - EXACT_NANOS - session.beganNanos >= 0
                ? session.heardNanos
                : registeredNanos;
    }

    /** At most all of them, once a second: they are few. */
    private void sweep() {
        long now = timers.nanoTime();
        List.copyOf(strangers).stream()
                .filter(session -> now - session.beganNanos > PATIENCE_NANOS)
                .forEach(this::refuse);
        for (Session session : List.copyOf(sessions.values())) {
            if (now - session.heardNanos > SILENCE_NANOS) {
                counters.increment(Counter.SESSIONS_SILENT);
                session.stream.close();
                end(session);
            }
        }
        ended.values().removeIf(session -> now - session.heardNanos > MappingDatabase.LIFETIME_NANOS);
    }

    private void end(Session session) {
        strangers.remove(session);
        if (session.who != null && sessions.remove(session.who, session)) {
            if (ended.size() < 2 * capacity) {
                ended.put(session.who, session);
            }
        }
    }

    private final class Session implements FrameStream.Receiver {
        private final FrameStream stream;
        private final byte[] challenge = new byte[SessionMessage.MAC_OCTETS];
        private long beganNanos = timers.nanoTime();
        private long heardNanos = beganNanos;
        private long sequence;
        private @Nullable Who who;
        private @Nullable SessionProof proof;

        Session(FrameStream stream) {
            this.stream = stream;
            random.nextBytes(challenge);
        }

        @Override
        public void onFrame(byte[] frame) {
            boolean fine =
                    switch (SessionMessage.decode(frame).orElse(null)) {
                        case Hello hello -> onHello(hello);
                        case Alive alive -> onAlive(alive);
                        case Challenge _, Welcome _ -> false;
                        case null -> false;
                    };
            if (!fine) {
                end(this);
                refuse(this);
            }
        }

        private boolean onHello(Hello hello) {
            Optional<Site> site = who == null ? sites.withSiteId(hello.siteId()) : Optional.empty();
            Optional<AuthenticationKey> key = site.flatMap(its -> its.key(hello.keyId(), hello.algorithm()))
                    .filter(one -> one.algorithm() != AuthenticationAlgorithm.NONE);
            if (key.isEmpty()) {
                return false;
            }
            SessionProof offered = new SessionProof(key.get(), challenge, hello.nonce());
            Who claimed = new Who(site.orElseThrow().name(), new XtrKey.XtrId(hello.xtrIdHigh(), hello.xtrIdLow()));
            if (!offered.isGenuine(hello) || (sessions.size() >= capacity && !sessions.containsKey(claimed))) {
                return false;
            }
            Session older = sessions.get(claimed);
            if (older != null) {
                older.stream.close();
                end(older);
            }
            strangers.remove(this);
            who = claimed;
            proof = offered;
            beganNanos = timers.nanoTime();
            heardNanos = beganNanos;
            sessions.put(claimed, this);
            counters.increment(Counter.SESSIONS_OPENED);
            stream.send(offered.welcome().encode());
            return true;
        }

        private boolean onAlive(Alive alive) {
            if (proof == null || alive.sequence() <= sequence || !proof.isGenuine(alive, Side.XTR)) {
                return false;
            }
            sequence = alive.sequence();
            heardNanos = timers.nanoTime();
            stream.send(proof.alive(Side.MAP_SERVER, sequence).encode());
            return true;
        }

        @Override
        public void onClosed() {
            end(this);
        }
    }
}
