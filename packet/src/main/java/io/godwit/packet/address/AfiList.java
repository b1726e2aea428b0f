package io.godwit.packet.address;

import java.util.List;

/**
 * LCAF type 1 (RFC 8060 section 4.10): several addresses, in no significant order. Text form: {@code list(a,b,...)}.
 *
 * <pre>
 * |              AFI = x          |          Address 1 ...        |
 * |              AFI = y          |          Address 2 ...        |
 * </pre>
 */
public record AfiList(List<LispAddress> addresses) implements Lcaf {
    public AfiList {
        addresses = List.copyOf(addresses);
    }

    @Override
    public String toString() {
        return LcafText.call("list", addresses);
    }
}
