package io.godwit.packet.address;

import java.util.List;

/**
 * LCAF type 11 (RFC 8060 section 4.7, RFC 8061 section 5, RFC 8111 section 6.4.1): public keys with an address. Text form:
 * {@code keys(SUITE,0xKEY,...,address)}, {@code !} after the suite when revoked.
 *
 * <pre>
 * |   Key Count   |      Rsvd3    |  Cipher Suite |   Rsvd4     |R|
 * |           Key Length          |      Public Key Material ...  |
 * |              AFI = x          |       Locator Address ...     |
 * </pre>
 *
 * @param suite lisp-crypto cipher suite, or key algorithm in DDT
 * @param revoked R, of DDT; lisp-crypto sends 0 and ignores it
 */
public record SecurityKey(int suite, boolean revoked, List<Octets> keys, LispAddress address) implements Lcaf {
    public SecurityKey {
        keys = List.copyOf(keys);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("keys(").append(suite).append(revoked ? "!" : "");
        keys.forEach(key -> text.append(',').append(key));
        return text.append(',').append(address).append(')').toString();
    }
}
