package io.godwit.packet.control;

/** ACT of a Map-Referral (RFC 8111 section 6.1). */
public enum ReferralAction {
    NODE_REFERRAL(0),
    MS_REFERRAL(1),
    MS_ACK(2),
    MS_NOT_REGISTERED(3),
    DELEGATION_HOLE(4),
    NOT_AUTHORITATIVE(5),
    UNASSIGNED_6(6),
    UNASSIGNED_7(7);

    private static final ReferralAction[] BY_CODE = values();

    private final int code;

    ReferralAction(int code) {
        this.code = code;
    }

    /** The three bits on the wire. */
    public int code() {
        return code;
    }

    public static ReferralAction of(int code) {
        return BY_CODE[code & 7];
    }
}
