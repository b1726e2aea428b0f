package io.godwit.packet.address;

/**
 * AFI 0: no address follows. Text form: {@code -}.
 *
 * <pre>
 * |            AFI = 0            |
 * </pre>
 */
public record NoAddress() implements LispAddress {
    public static final NoAddress INSTANCE = new NoAddress();

    @Override
    public String toString() {
        return "-";
    }
}
