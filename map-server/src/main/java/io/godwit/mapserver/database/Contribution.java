package io.godwit.mapserver.database;

import io.godwit.packet.control.EidRecord;

/**
 * What one xTR registered for an EID-prefix, as it stood when it was asked for.
 *
 * @param record as registered
 * @param refreshedNanos on the control thread's clock
 * @param deadlineNanos on the control thread's clock
 */
public record Contribution(Registrant registrant, EidRecord record, long refreshedNanos, long deadlineNanos) {
    Contribution renewed(long nowNanos, long deadline) {
        return new Contribution(registrant, record, nowNanos, deadline);
    }
}
