package io.godwit.mapserver.cluster;

import io.godwit.daemon.net.Timers;
import io.godwit.mapserver.registration.NonceStore;
import io.godwit.mapserver.state.StateValues;
import java.security.SecureRandom;

/** What the members of a cluster know alike beside the mappings. */
public final class SharedState {
    private final SharedLog log;
    private final Outbox outbox;
    private final SharedNonces nonces;
    private final SharedValues values;

    /** @param own where this member keeps nonces */
    public SharedState(SharedLog log, NonceStore own, Timers timers) {
        this.log = log;
        outbox = new Outbox(log, timers);
        nonces = new SharedNonces(own, timers, outbox);
        values = new SharedValues(timers, outbox, new SecureRandom().nextLong());
    }

    public NonceStore nonces() {
        return nonces;
    }

    public StateValues values() {
        return values;
    }

    SharedLog log() {
        return log;
    }

    Outbox outbox() {
        return outbox;
    }

    SharedNonces sharedNonces() {
        return nonces;
    }

    SharedValues sharedValues() {
        return values;
    }

    void poll(int limit) {
        nonces.poll();
        values.poll(limit);
    }
}
