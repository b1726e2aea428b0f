package io.godwit.xtr.control.mobility.channel;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.MacAddress;
import io.godwit.xtr.config.XtrId;
import java.util.List;
import java.util.Optional;

/**
 * What xTRs say to each other about moves (docs/MOVE-CHANNEL.md).
 *
 * @param life of the sender: greater after each start
 * @param peerLife of the receiver, as far as the sender knows; 0 when it does not
 * @param sequence of a request, counted in each life; a reply has that of its request
 */
public record MoveMessage(
        Verb verb, int keyId, XtrId sender, long life, long peerLife, long sequence, List<Item> items) {
    public MoveMessage {
        items = List.copyOf(items);
    }

    public enum Verb {
        /** The sender's hosts will come: expect them. */
        PREPARE(1),
        /** The sender has let them go: their packets come now. */
        SWITCH(2),
        /** They are at the sender as of the epoch. */
        COMMIT(3),
        /** They do not come: whatever was prepared is off. */
        ROLLBACK(4),
        /** Where are they? Without items: are you there? */
        QUERY(5),
        /** One result for each item of the request. */
        REPLY(16),
        /** The receiver has another life than the request says: ask again. */
        RESYNC(17);

        private final int code;

        Verb(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        boolean isRequest() {
            return this != REPLY && this != RESYNC;
        }

        static Optional<Verb> of(int code) {
            for (Verb verb : values()) {
                if (verb.code == code) {
                    return Optional.of(verb);
                }
            }
            return Optional.empty();
        }
    }

    /** Of an item in a reply; 0 in requests. */
    public enum Result {
        DONE(0),
        /** The replier knows of a newer epoch, which it says. */
        STALE(1),
        /** The replier's policy forbids it. */
        REFUSED(2),
        /** Of no dynamic EID-prefix of the replier. */
        NO_PREFIX(3),
        /** The replier has no room. */
        FULL(4),
        /** It is at the replier already. */
        HERE(5),
        /** The replier has it not, and does not expect it. */
        ELSEWHERE(6),
        /** The replier does not answer; never sent. */
        SILENT(255);

        private final int code;

        Result(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Optional<Result> of(int code) {
            for (Result result : values()) {
                if (result.code == code && result != SILENT) {
                    return Optional.of(result);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * @param epoch of the binding; in a reply the newest that the replier knows
     * @param mac by which a RARP of it will be known, where the sender knows it
     * @param ticket of a prepare, where the receiver wants one; ASCII, at most {@link #LONGEST_TICKET} octets
     */
    public record Item(EidPrefix eid, long epoch, Optional<MacAddress> mac, Result result, Optional<String> ticket) {
        /** So that one item with its ticket fits into a message. */
        public static final int LONGEST_TICKET = 1_000;

        /** As it stands in a request. */
        public Item(EidPrefix eid, long epoch, Optional<MacAddress> mac) {
            this(eid, epoch, mac, Result.DONE, Optional.empty());
        }

        public Item with(Optional<String> permission) {
            return new Item(eid, epoch, mac, result, permission);
        }

        public Item answer(Result answer, long newest) {
            return new Item(eid, newest, Optional.empty(), answer, Optional.empty());
        }
    }
}
