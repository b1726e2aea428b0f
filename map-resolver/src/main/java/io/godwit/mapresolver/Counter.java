package io.godwit.mapresolver;

/** What the map-resolver counts. */
public enum Counter {
    MAP_REQUESTS,
    MAP_REQUESTS_FORWARDED,
    /** To another map-server than the first, because the ITR asked again. */
    MAP_REQUESTS_FAILED_OVER,
    MAP_REQUESTS_DROPPED_NOT_ENCAPSULATED,
    MAP_REQUESTS_DROPPED_PROBE,
    MAP_REQUESTS_DROPPED_SMR,
    MAP_REQUESTS_DROPPED_NO_EID,
    MAP_REQUESTS_DROPPED_NO_ITR_RLOC,
    MAP_REQUESTS_DROPPED_NO_MAP_SERVER,
    MAP_REPLIES_NEGATIVE,
    MAP_REPLIES_DROPPED_RATE_LIMITED,
    ECM_DROPPED_NOT_A_REQUEST,
    NOT_FOR_A_MAP_RESOLVER,
    MALFORMED,
    MAP_REQUESTS_DROPPED_SOURCE_LIMITED,
    /** Longer than any ITR's: it would have to be kept while the tree is asked. */
    MAP_REQUESTS_DROPPED_TOO_LONG,
    DDT_REQUESTS_SENT,
    /** Of an ITR that asked again while its request was under way. */
    DDT_REQUESTS_REPEATED,
    DDT_REQUESTS_ACKNOWLEDGED,
    DDT_REQUESTS_UNANSWERED,
    /** Begun anew at the root, or given up, because a referral led around or to a node that knows nothing. */
    DDT_REQUESTS_ASTRAY,
    DDT_REQUESTS_DROPPED_FULL,
    MAP_REFERRALS,
    /** To no request under way, or not from the node that was asked. */
    MAP_REFERRALS_UNKNOWN,
    /** Of a node whose keys are known, or while signatures are required. */
    MAP_REFERRALS_REFUSED_UNSIGNED,
    MAP_REFERRALS_REFUSED_BAD_SIGNATURE,
    MAP_REFERRALS_REFUSED_EXPIRED,
    MAP_REFERRALS_REFUSED_NOT_YET_VALID,
    /** Signed with a key that is not one of the node's. */
    MAP_REFERRALS_REFUSED_WRONG_KEY,
    /** Signed otherwise than by RSA-SHA256. */
    MAP_REFERRALS_REFUSED_ALGORITHM,
    /** Signed, but without the keys of those it refers to, while signatures are required. */
    MAP_REFERRALS_REFUSED_KEYLESS,
    DNS_FAILURES
}
