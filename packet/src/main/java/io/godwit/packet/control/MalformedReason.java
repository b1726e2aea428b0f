package io.godwit.packet.control;

/** Why a UDP payload is not a control message. Each is a counter. */
public enum MalformedReason {
    TRUNCATED,
    UNKNOWN_TYPE,
    UNKNOWN_AFI,
    UNKNOWN_LCAF_EID,
    UNKNOWN_VENDOR,
    BAD_LCAF_LENGTH,
    NESTED_TOO_DEEP,
    BAD_MASK_LENGTH,
    BAD_AUTHENTICATION_LENGTH,
    NO_RECORD,
    NO_ITR_RLOC,
    MISSING_XTR_ID,
    BAD_INNER_HEADER,
    BAD_INNER_PORT,
    BAD_INNER_CHECKSUM,
    BAD_INNER_TYPE,
    UNTERMINATED_NAME,
    BAD_SECURITY_DATA,
    NO_NAT_DATA
}
