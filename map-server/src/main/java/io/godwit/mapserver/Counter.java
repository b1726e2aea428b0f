package io.godwit.mapserver;

/** What the map-server counts. */
public enum Counter {
    MAP_REGISTERS,
    MAP_REGISTERS_REFUSED,
    /** An exact repetition of the last one: answered again, nothing stored. */
    MAP_REGISTERS_REPEATED,
    RECORDS_ACCEPTED,
    RECORDS_WITHDRAWN,
    RECORDS_REFUSED,
    /** From an xTR that lost the EID-prefix and did not know it yet. */
    RECORDS_STALE,
    MAP_NOTIFIES_SENT,
    MAP_NOTIFIES_RETRANSMITTED,
    MAP_NOTIFIES_ACKNOWLEDGED,
    MAP_NOTIFIES_UNACKNOWLEDGED,
    MAP_NOTIFIES_DROPPED_QUEUE_FULL,
    MAP_NOTIFY_ACKS,
    MAP_NOTIFY_ACKS_UNKNOWN,
    MAP_NOTIFY_ACKS_FORGED,
    MAP_REQUESTS,
    MAP_REQUESTS_FORWARDED,
    MAP_REQUESTS_DROPPED_PROBE,
    MAP_REQUESTS_DROPPED_SMR,
    MAP_REQUESTS_DROPPED_NO_ITR_RLOC,
    MAP_REQUESTS_DROPPED_NO_EID,
    MAP_REQUESTS_DROPPED_NO_ETR,
    MAP_REPLIES_SENT,
    MAP_REPLIES_NEGATIVE,
    MAP_REPLIES_DROPPED_RATE_LIMITED,
    MAP_REPLIES_RECEIVED,
    MAP_NOTIFIES_RECEIVED,
    /** Of an optional feature that is not in use here. */
    UNEXPECTED_MESSAGES,
    ECM_DROPPED_NOT_A_REQUEST,
    DROPPED_FROM_ITSELF,
    MALFORMED,
    /** Confirmed, renewed ones included. */
    SUBSCRIPTIONS,
    SUBSCRIPTIONS_REFUSED,
    /** Answered with a Map-Reply: there is no room for another subscription. */
    SUBSCRIPTIONS_REFUSED_FULL,
    SUBSCRIPTIONS_DROPPED_REPLAYED,
    SUBSCRIPTIONS_ENDED,
    /** Of subscribers that acknowledged nothing. */
    SUBSCRIPTIONS_ENDED_SILENT,
    PUBLICATIONS,
    SMRS_SENT,
    REGISTRATIONS_EXPIRED,
    MOVES
}
