package io.godwit.xtr.control.itr;

import io.godwit.daemon.net.Timers;
import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;
import java.time.Duration;
import java.util.Optional;
import org.agrona.collections.LongArrayList;
import org.jspecify.annotations.Nullable;

/** A Map-Request under way, or the pause after one. Changed by {@link MapRequestAgent} only. */
final class PendingRequest {
    enum Phase {
        /** Sent; an answer to any of {@link #nonces} is welcome. */
        WAITING,
        /** Answered, but less than a second ago: the next one must wait. */
        ANSWERED,
        /** Never answered: hold off (RFC 9301 section 5.3). */
        HELD
    }

    final EidPrefix eid;
    final Optional<IpAddress> sourceEid;
    final LongArrayList nonces = new LongArrayList();
    Phase phase = Phase.WAITING;
    boolean smrInvoked;
    /** The last one sent asks for a subscription. */
    boolean subscribes;
    /** The answer is known; only a subscription is asked for. */
    boolean trial;
    /** When the pause is over, ask for a subscription to what was answered. */
    boolean startTrial;
    /** Asked for again after the last transmission: do it all again when the pause is over. */
    boolean again;

    int sent;
    long lastSentNanos;
    Duration wait = Duration.ZERO;
    Timers.@Nullable Timer timer;

    PendingRequest(EidPrefix eid, Optional<IpAddress> sourceEid, boolean smrInvoked) {
        this.eid = eid;
        this.sourceEid = sourceEid;
        this.smrInvoked = smrInvoked;
    }

    void setTimer(Timers.Timer next) {
        if (timer != null) {
            timer.cancel();
        }
        timer = next;
    }
}
