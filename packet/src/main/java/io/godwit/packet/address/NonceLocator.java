package io.godwit.packet.address;

/** LCAF type 8 (RFC 8060 section 5.3): a locator with the 24-bit nonce that admits to it. Text form: {@code nonce(N,address)}. */
public record NonceLocator(int nonce, LispAddress address) implements Lcaf {
    @Override
    public String toString() {
        return "nonce(" + nonce + "," + address + ")";
    }
}
