package io.godwit.mapserver.cluster;

import org.jspecify.annotations.Nullable;

/** What the log is made of. */
enum Command {
    /** A Map-Register. */
    REGISTER(1),
    /** An xTR knows that it lost an EID-prefix. */
    KNOWS(2),
    /** Was not refreshed at the leader. */
    SUSPECT(3),
    /** Was refreshed at another member. */
    KEEP(4),
    /** Was refreshed nowhere. */
    EXPIRE(5),
    /** A value, such as a subscription, or that there is none any more. */
    VALUE(6),
    /** Nonces of refreshes, which are not in the log themselves. */
    NONCES(7),
    /** A move ticket was offered. */
    TICKET(8),
    /** A subscriber missed a change. */
    MISSED(9);

    private final byte code;

    Command(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    /** Null for one of a later version. */
    static @Nullable Command of(byte code) {
        for (Command one : values()) {
            if (one.code == code) {
                return one;
            }
        }
        return null;
    }
}
