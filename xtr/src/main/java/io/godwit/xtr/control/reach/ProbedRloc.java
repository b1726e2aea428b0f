package io.godwit.xtr.control.reach;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;

/** What is known of an RLOC of another site by asking it. For the control thread. */
final class ProbedRloc {
    private static final long UNMEASURED = -1;

    final IpAddress address;
    /** Of a mapping in use that lists the RLOC. */
    EidPrefix eid;
    /** When last a mapping in use listed it. */
    long wantedNanos;
    /** Another RLOC of the same mapping answers. */
    boolean othersAnswer;
    /** Of what the last answer said of the mapping. */
    int saidHash;

    /** The same until it is answered: an answer that comes late counts. */
    private long nonce;

    private boolean awaiting;
    private long dueNanos;
    private long sentNanos;
    private int misses;
    private boolean answered;
    private boolean silent;
    private long roundTripNanos = UNMEASURED;

    ProbedRloc(IpAddress address, EidPrefix eid, long nonce, long dueNanos) {
        this.address = address;
        this.eid = eid;
        this.nonce = nonce;
        this.dueNanos = dueNanos;
    }

    long nonce() {
        return nonce;
    }

    boolean isDue(long nowNanos) {
        return !awaiting && nowNanos - dueNanos >= 0;
    }

    void sent(long nowNanos) {
        awaiting = true;
        sentNanos = nowNanos;
    }

    boolean isOverdue(long nowNanos, long patienceNanos) {
        return awaiting && nowNanos - sentNanos >= patienceNanos;
    }

    void missed(long nextNanos) {
        awaiting = false;
        dueNanos = nextNanos;
        misses++;
    }

    /** @param nextNonce of the next question */
    void answered(long nowNanos, long nextNanos, long nextNonce) {
        if (awaiting && misses == 0) {
            roundTripNanos = nowNanos - sentNanos;
        }
        awaiting = false;
        answered = true;
        misses = 0;
        dueNanos = nextNanos;
        nonce = nextNonce;
    }

    /** Somebody says that it is out of reach, which is found out by asking. */
    boolean hurry(long nowNanos, long pauseNanos) {
        if (awaiting || nowNanos - sentNanos < pauseNanos) {
            return false;
        }
        dueNanos = nowNanos;
        return true;
    }

    /** It answered once: one that never does may just not know probes. */
    boolean hasAnswered() {
        return answered;
    }

    boolean isSilent() {
        return silent;
    }

    void silent(boolean isSilent) {
        silent = isSilent;
    }

    /** Questions in a row that were not answered. */
    int misses() {
        return misses;
    }

    /** Microseconds from the last question to its answer, -1 when that was never measured. */
    long roundTripMicros() {
        return roundTripNanos == UNMEASURED ? UNMEASURED : roundTripNanos / 1_000;
    }
}
