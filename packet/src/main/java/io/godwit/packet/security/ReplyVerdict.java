package io.godwit.packet.security;

/** What checking a protected Map-Reply gives. All but {@link #VALID} mean that it must be discarded (RFC 9303 section 6.9). */
public enum ReplyVerdict {
    VALID,
    /** No Map-Reply, or S = 0. */
    NO_SECURITY_DATA,
    /** An HMAC ID or KDF ID that is not implemented; another may be asked for. */
    UNKNOWN_ALGORITHM,
    /** The EID-AD was not made with the ITR's key. */
    WRONG_EID_HMAC,
    /** The Map-Reply was not made with the map-server's key, or was changed. */
    WRONG_PACKET_HMAC
}
