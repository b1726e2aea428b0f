package io.godwit.packet.address;

/**
 * LCAF type 8 (RFC 8060 section 5.3): a locator with the nonce that admits to it. Text form: {@code nonce(N,address)}.
 *
 * <pre>
 * |   Reserved    |                  Nonce                        |
 * |              AFI = x          |         Address  ...          |
 * </pre>
 *
 * @param nonce 24 bits
 */
public record NonceLocator(int nonce, LispAddress address) implements Lcaf {
    @Override
    public String toString() {
        return "nonce(" + nonce + "," + address + ")";
    }
}
