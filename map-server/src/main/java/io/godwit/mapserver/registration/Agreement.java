package io.godwit.mapserver.registration;

import io.godwit.daemon.net.Endpoint;
import io.godwit.mapping.EidPrefix;
import io.godwit.mapserver.database.Registrant;
import io.godwit.mapserver.database.XtrKey;
import io.godwit.packet.address.IpAddress;
import java.util.BitSet;
import org.agrona.DirectBuffer;

/** With whom changes are agreed on before they are made. Owned by the control thread. */
public interface Agreement {
    /** Nobody else is there: changes are made at once. */
    Agreement ALONE = new Agreement() {
        @Override
        public boolean isNeeded() {
            return false;
        }

        @Override
        public boolean isPending(XtrKey xtr) {
            return false;
        }

        @Override
        public boolean isSuspected(EidPrefix prefix) {
            return false;
        }

        @Override
        public boolean offer(Proposal proposal) {
            return false;
        }
    };

    /**
     * An authenticated Map-Register.
     *
     * @param refused the places of its records that are not to be stored
     * @param undo what to do when it was not agreed on in time: the xTR will send it again
     */
    record Proposal(
            Registrant by,
            DirectBuffer buffer,
            int offset,
            int length,
            BitSet refused,
            IpAddress local,
            Endpoint source,
            Runnable undo) {}

    /**
     * A Map-Register that was agreed on: some member found it to be authentic.
     *
     * @param siteName whose it is
     * @param refused the places of records that are not stored
     * @param mine this member got it, and confirms it
     * @param nowNanos when it was agreed on, on this member's clock
     * @param epochMillis when it was agreed on, on the clock that all have from the log
     */
    record Agreed(
            DirectBuffer message,
            String siteName,
            BitSet refused,
            IpAddress local,
            Endpoint source,
            boolean mine,
            long nowNanos,
            long epochMillis) {}

    boolean isNeeded();

    /** Whether a Map-Register of the xTR waits to be agreed on. */
    boolean isPending(XtrKey xtr);

    /** Whether it is about to expire, so that even a refresh must be agreed on. */
    boolean isSuspected(EidPrefix prefix);

    /** Returns false when changes cannot be accepted at the moment; else {@link Registrar#commit} follows, on every member. */
    boolean offer(Proposal proposal);
}
