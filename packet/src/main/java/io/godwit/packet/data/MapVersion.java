package io.godwit.packet.data;

/** Map-Version numbers (RFC 9302 section 6): 12 bits, circular, 0 for none. */
public final class MapVersion {
    /** No version. */
    public static final int NULL = 0;

    private static final int MASK = 0xfff;
    private static final int HALF = 0x800;

    private MapVersion() {}

    /** Negative when {@code one} is older than {@code other}, 0 when equal, positive when newer. Neither may be null (0). */
    public static int compare(int one, int other) {
        int ahead = (one - other) & MASK;
        if (ahead == 0) {
            return 0;
        }
        // A number exactly half the circle away counts as newer when it is the greater one (RFC 9302 section 6).
        boolean newer = ahead < HALF || (ahead == HALF && one > other);
        return newer ? 1 : -1;
    }

    /** The version after {@code version}, never 0. */
    public static int next(int version) {
        return version == MASK ? 1 : version + 1;
    }
}
