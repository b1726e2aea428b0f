package io.godwit.packet.control;

/** ACT of a negative Map-Reply (RFC 9301 section 5.4), meaningful only with Locator Count 0. */
public enum Action {
    NO_ACTION(0),
    NATIVELY_FORWARD(1),
    SEND_MAP_REQUEST(2),
    DROP_NO_REASON(3),
    DROP_POLICY_DENIED(4),
    DROP_AUTH_FAILURE(5),
    UNASSIGNED_6(6),
    UNASSIGNED_7(7);

    private static final Action[] BY_CODE = values();

    private final int code;

    Action(int code) {
        this.code = code;
    }

    /** The three bits on the wire. */
    public int code() {
        return code;
    }

    public static Action of(int code) {
        return BY_CODE[code & 7];
    }
}
