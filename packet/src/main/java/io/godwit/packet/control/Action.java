package io.godwit.packet.control;

/** ACT of a negative Map-Reply (RFC 9301 section 5.4), meaningful only with Locator Count 0; the ordinal is the wire value. */
public enum Action {
    NO_ACTION,
    NATIVELY_FORWARD,
    SEND_MAP_REQUEST,
    DROP_NO_REASON,
    DROP_POLICY_DENIED,
    DROP_AUTH_FAILURE,
    UNASSIGNED_6,
    UNASSIGNED_7;

    private static final Action[] BY_CODE = values();

    /** The three bits on the wire. */
    public int code() {
        return ordinal();
    }

    public static Action of(int code) {
        return BY_CODE[code & 7];
    }
}
