package io.godwit.packet.address;

/** AFI 0: no address follows. Text form: {@code -}. */
public record NoAddress() implements LispAddress {
    public static final NoAddress INSTANCE = new NoAddress();

    @Override
    public String toString() {
        return "-";
    }
}
