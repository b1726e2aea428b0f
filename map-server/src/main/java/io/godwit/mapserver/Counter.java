package io.godwit.mapserver;

/** What the map-server counts. */
public enum Counter {
    MAP_REGISTERS,
    MAP_REGISTERS_REFUSED,
    /** An exact repetition of the last one: answered again, nothing stored. */
    MAP_REGISTERS_REPEATED,
    /** A change that cannot be agreed on with the other members of the cluster at the moment; the xTR will send it again. */
    MAP_REGISTERS_DROPPED_NO_LEADER,
    /** A change that cannot be stored, the disk of the state directory being full; the xTR will send it again. */
    MAP_REGISTERS_DROPPED_NO_ROOM,
    /** Offered to the other members of the cluster, and not agreed on in time. */
    MAP_REGISTERS_NOT_AGREED,
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
    /** More from one address than {@code limits.rates} allows. */
    MAP_REQUESTS_DROPPED_SOURCE_LIMITED,
    /** Too many wait: there is more to do than there is time for. */
    MAP_REQUESTS_DROPPED_QUEUE_FULL,
    /** EIDs of one request that were not answered because the answer would be too long. */
    MAP_REQUESTS_CUT_SHORT,
    MAP_REGISTERS_DROPPED_SOURCE_LIMITED,
    MAP_REPLIES_SENT,
    MAP_REPLIES_NEGATIVE,
    MAP_REPLIES_DROPPED_RATE_LIMITED,
    /** Negative ones beyond what {@code limits.rates} allows in all. */
    MAP_REPLIES_DROPPED_NEGATIVE_LIMITED,
    MAP_REPLIES_RECEIVED,
    MAP_NOTIFIES_RECEIVED,
    /** Of an optional feature that is not in use here. */
    UNEXPECTED_MESSAGES,
    ECM_DROPPED_NOT_A_REQUEST,
    /** With the D bit, answered with a Map-Referral. */
    DDT_REQUESTS,
    DDT_REQUESTS_DROPPED_RATE_LIMITED,
    /** Signatures made, of records and not of answers. */
    DDT_REFERRALS_SIGNED,
    /** There was more to sign than there is time for; the map-resolver will ask again. */
    DDT_REFERRALS_DROPPED_UNSIGNED,
    DROPPED_FROM_ITSELF,
    MALFORMED,
    /** Confirmed, renewed ones included. */
    SUBSCRIPTIONS,
    SUBSCRIPTIONS_REFUSED,
    /** Answered with a Map-Reply: there is no room for another subscription. */
    SUBSCRIPTIONS_REFUSED_FULL,
    /** Answered with a Map-Reply: too many in a second. */
    SUBSCRIPTIONS_REFUSED_RATE_LIMITED,
    /** With a one-time key that was used before. */
    SUBSCRIPTIONS_REFUSED_KEY_REUSED,
    SUBSCRIPTIONS_DROPPED_REPLAYED,
    SUBSCRIPTIONS_ENDED,
    /** Of subscribers that acknowledged nothing. */
    SUBSCRIPTIONS_ENDED_SILENT,
    PUBLICATIONS,
    /** Sent later, because too many were to be sent in that second. */
    PUBLICATIONS_DELAYED,
    SMRS_SENT,
    REGISTRATIONS_EXPIRED,
    /** xTRs that keep their registrations by a session. */
    SESSIONS_OPENED,
    /** Without the key, out of turn, or too many. */
    SESSIONS_REFUSED,
    /** Ended because nothing was heard. */
    SESSIONS_SILENT,
    /** The wall clock was set forward or back. */
    CLOCK_STEPS,
    MOVES,
    /** EIDs that went to a site that they do not belong to. */
    MOVES_ALLOWED,
    /** The movement policy was against it. */
    MOVES_REFUSED
}
