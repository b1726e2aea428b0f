package io.godwit.packet.address;

/**
 * LCAF type 0 (RFC 8060 section 4.10.3): nothing. Text form: {@code null()}. The header is that of {@link Lcaf}, its length 0.
 */
public record NullLcaf() implements Lcaf {
    public static final NullLcaf INSTANCE = new NullLcaf();

    @Override
    public String toString() {
        return "null()";
    }
}
