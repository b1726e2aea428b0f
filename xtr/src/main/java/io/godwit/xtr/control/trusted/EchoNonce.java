package io.godwit.xtr.control.trusted;

import io.godwit.packet.data.LispHeader;
import java.util.random.RandomGenerator;

/**
 * The echo-nonce algorithm with one peer (RFC 9300 section 10.1): asks now and then for a nonce to come back, and sends back what the peer asks for.
 * A request that gets no answer though the peer sends packets means that the path to it does not work. Times are nanoseconds.
 */
final class EchoNonce {
    private static final long SECOND = 1_000_000_000L;
    /** From the end of one request to the next. */
    static final long INTERVAL = 10 * SECOND;
    /** How long an answer may take. */
    static final long PATIENCE = 3 * SECOND;
    /** The Echo-Nonce-request-state timer: how long the peer's request suspends ours. */
    static final long SUSPENSION = 10 * SECOND;
    /** How long a nonce is sent back after it was asked for last. */
    static final long ECHO = SECOND;
    /** After this a path that did not work is tried again. */
    static final long RETRY = 60 * SECOND;

    private static final int FIELD = 0x00ff_ffff;

    private final RandomGenerator random;
    private boolean capable;
    private boolean requesting;
    private int requested;
    private long since;
    private long notBefore;
    private boolean heardSince;
    private int toEcho;
    private boolean echoing;
    private long echoUntil;
    private boolean down;

    EchoNonce(RandomGenerator random, long now) {
        this.random = random;
        this.notBefore = now;
    }

    /** The peer's Map-Reply had E: it can echo. */
    void allow() {
        capable = true;
    }

    /** A packet came from the peer, with this first word of its header. */
    void onPacket(int word0, long now) {
        heardSince |= requesting;
        if (!LispHeader.hasNonce(word0)) {
            return;
        }
        if (LispHeader.requestsEcho(word0)) {
            toEcho = LispHeader.nonce(word0);
            echoing = true;
            echoUntil = now + ECHO;
            if (requesting) {
                requesting = false;
                notBefore = now + SUSPENSION;
            }
        } else if (requesting && LispHeader.nonce(word0) == requested) {
            requesting = false;
            down = false;
            notBefore = now + INTERVAL;
        }
    }

    void tick(long now) {
        echoing &= echoUntil - now > 0;
        if (requesting && now - since >= PATIENCE) {
            requesting = false;
            down |= heardSince;
            notBefore = now + (heardSince ? RETRY : INTERVAL);
        } else if (!requesting && !echoing && capable && now - notBefore >= 0) {
            requesting = true;
            down = false;
            requested = random.nextInt() & FIELD;
            since = now;
            heardSince = false;
        }
    }

    boolean isDown() {
        return down;
    }

    /** What it wants in the first word of the header. */
    int word0() {
        if (echoing) {
            return LispHeader.withNonce(toEcho);
        }
        return requesting ? LispHeader.withNonce(requested) | LispHeader.ECHO_NONCE_REQUEST : 0;
    }
}
