package io.godwit.packet.data;

/** ECN across a tunnel (RFC 6040 section 4): the low two bits of the traffic class. */
public final class Ecn {
    public static final int NOT_ECT = 0;
    public static final int ECT_1 = 1;
    public static final int ECT_0 = 2;
    public static final int CE = 3;
    public static final int MASK = 3;

    /** {@link #decapsulate}: the packet must be dropped. */
    public static final int DROP = -1;

    /** RFC 6040 figure 4; row = inner, column = outer, both in code point order 00, 01, 10, 11. */
    private static final byte[] DECAPSULATION = {
        NOT_ECT, NOT_ECT, NOT_ECT, DROP,
        ECT_1, ECT_1, ECT_1, CE,
        ECT_0, ECT_1, ECT_0, CE,
        CE, CE, CE, CE
    };

    private Ecn() {}

    /** The outer code point of a packet with this traffic class, in normal mode. */
    public static int encapsulate(int innerTrafficClass) {
        return innerTrafficClass & MASK;
    }

    /** The inner code point to deliver, or {@link #DROP}. Both arguments are traffic classes or code points. */
    public static int decapsulate(int innerTrafficClass, int outerTrafficClass) {
        return DECAPSULATION[(innerTrafficClass & MASK) << 2 | (outerTrafficClass & MASK)];
    }
}
