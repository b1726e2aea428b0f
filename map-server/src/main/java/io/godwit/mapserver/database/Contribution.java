package io.godwit.mapserver.database;

import io.godwit.mapping.ExpiryWheel;
import io.godwit.packet.control.EidRecord;

/** What one xTR registered for an EID-prefix. */
public final class Contribution {
    private final Mapping mapping;
    private Registrant registrant;
    private EidRecord record;
    private long refreshedNanos;
    private long deadlineNanos;
    private int timer = ExpiryWheel.NONE;

    Contribution(Mapping mapping, Registrant registrant, EidRecord record) {
        this.mapping = mapping;
        this.registrant = registrant;
        this.record = record;
    }

    void refresh(Registrant by, EidRecord with, long nowNanos, long deadline) {
        registrant = by;
        record = with;
        refreshedNanos = nowNanos;
        deadlineNanos = deadline;
    }

    Mapping mapping() {
        return mapping;
    }

    int timer() {
        return timer;
    }

    void timer(int handle) {
        timer = handle;
    }

    public Registrant registrant() {
        return registrant;
    }

    /** As registered. */
    public EidRecord record() {
        return record;
    }

    /** On the control thread's clock. */
    public long refreshedNanos() {
        return refreshedNanos;
    }

    /** On the control thread's clock. */
    public long deadlineNanos() {
        return deadlineNanos;
    }
}
