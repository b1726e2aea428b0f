package io.godwit.xtr.control.etr;

import io.godwit.daemon.net.Endpoint;
import io.godwit.daemon.net.FrameStream;
import io.godwit.daemon.net.Timers;
import io.godwit.mapping.session.SessionMessage;
import io.godwit.mapping.session.SessionMessage.Alive;
import io.godwit.mapping.session.SessionMessage.Challenge;
import io.godwit.mapping.session.SessionMessage.Hello;
import io.godwit.mapping.session.SessionMessage.Welcome;
import io.godwit.mapping.session.SessionProof;
import io.godwit.mapping.session.SessionProof.Side;
import io.godwit.packet.control.XtrIdentity;
import io.godwit.xtr.control.core.ControlContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a map-server that says every ten seconds that this xTR lives, so that what is registered need not be registered again.
 * Where there is none, or none any more, Map-Registers do what they always do; it is tried again and again.
 */
final class RefreshSession {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshSession.class);
    private static final Duration BEAT = Duration.ofSeconds(10);
    /** What is registered sooner may seem to the map-server to be older than the session. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final int UNANSWERED = 3;

    /** What the registrations do about it. */
    interface Listener {
        /** Everything is to be registered once more, and then no more. */
        void begun();

        /** Everything is to be registered every now and then again. */
        void ended();
    }

    private final ControlContext context;
    private final MapServer server;
    private final XtrIdentity identity;
    private final FrameStream.Connector connector;
    private final Listener listener;
    private Duration pause = FIRST_PAUSE;
    private @Nullable Attempt current;
    private boolean closed;

    RefreshSession(
            ControlContext context,
            MapServer server,
            XtrIdentity identity,
            FrameStream.Connector connector,
            Listener listener) {
        this.context = context;
        this.server = server;
        this.identity = identity;
        this.connector = connector;
        this.listener = listener;
    }

    void start() {
        if (!closed) {
            connector.connect(
                    new Endpoint(server.address(), server.sessionPort().orElseThrow()), Attempt::new, this::again);
        }
    }

    /** Whether what the map-server has confirmed lives without Map-Registers. */
    boolean keeps() {
        return current != null && current.settled;
    }

    /** Something is registered there that should not be, and cannot be taken back: it is not to live on. */
    void reset() {
        if (current != null) {
            current.lost();
        }
    }

    void close() {
        closed = true;
        reset();
    }

    private void again() {
        if (!closed) {
            context.timers().after(pause, this::start);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        }
    }

    /** One connection. */
    private final class Attempt implements FrameStream.Receiver {
        private final FrameStream stream;
        private Timers.Timer beat;
        private @Nullable SessionProof proof;
        private boolean welcome;
        private boolean settled;
        private long sent;
        private long answered;

        @SuppressWarnings("ThisEscape")
        Attempt(FrameStream stream) {
            this.stream = stream;
            beat = context.timers().every(BEAT, this::beat);
            current = this;
        }

        @Override
        public void onFrame(byte[] frame) {
            boolean fine =
                    switch (SessionMessage.decode(frame).orElse(null)) {
                        case Challenge challenge -> onChallenge(challenge);
                        case Welcome its -> onWelcome(its);
                        case Alive alive -> onAlive(alive);
                        case Hello _ -> false;
                        case null -> false;
                    };
            if (!fine) {
                lost();
            }
        }

        private boolean onChallenge(Challenge challenge) {
            if (proof != null) {
                return false;
            }
            byte[] nonce = new byte[SessionMessage.MAC_OCTETS];
            context.random().nextBytes(nonce);
            proof = new SessionProof(server.key(), challenge.nonce(), nonce);
            Hello hello = new Hello(
                    server.key().keyId(),
                    server.key().algorithm().id(),
                    identity.xtrIdHigh(),
                    identity.xtrIdLow(),
                    identity.siteId(),
                    nonce,
                    new byte[SessionMessage.MAC_OCTETS]);
            stream.send(proof.signed(hello).encode());
            return true;
        }

        private boolean onWelcome(Welcome its) {
            if (proof == null || welcome || !proof.isGenuine(its)) {
                return false;
            }
            welcome = true;
            context.timers().after(SETTLE, this::settle);
            return true;
        }

        private void settle() {
            if (current == this) {
                settled = true;
                pause = FIRST_PAUSE;
                LOG.info("a session with map-server {} keeps what is registered there", server.address());
                listener.begun();
            }
        }

        private boolean onAlive(Alive alive) {
            if (proof == null || alive.sequence() > sent || !proof.isGenuine(alive, Side.MAP_SERVER)) {
                return false;
            }
            answered = Math.max(answered, alive.sequence());
            return true;
        }

        private void beat() {
            if (proof == null || !welcome || sent - answered >= UNANSWERED) {
                lost();
            } else {
                stream.send(proof.alive(Side.XTR, ++sent).encode());
            }
        }

        @Override
        public void onClosed() {
            lost();
        }

        private void lost() {
            if (current != this) {
                return;
            }
            current = null;
            beat.cancel();
            stream.close();
            if (settled && !closed) {
                LOG.warn("the session with map-server {} ended: Map-Registers do its work", server.address());
                listener.ended();
            }
            again();
        }
    }
}
