package io.godwit.xtr.control.mobility.channel;

/** What the move channel counts, in messages. */
public enum ChannelCounter {
    REQUESTS_SENT,
    REQUESTS_RETRANSMITTED,
    REQUESTS_UNANSWERED,
    REQUESTS_NO_ROOM,
    REQUESTS_RECEIVED,
    /** Answered again as before. */
    REQUESTS_REPEATED,
    REPLIES_RECEIVED,
    RESYNCS_SENT,
    UNKNOWN_PEER,
    BAD_AUTHENTICATION,
    MALFORMED,
    /** Older than what is remembered, of an earlier life, or our own. */
    REPLAYED
}
