package io.godwit.packet.address;

import java.util.List;

/**
 * LCAF type 10 (RFC 8060 section 4.8): the re-encapsulating hops on the way. Text form: {@code elp(hop,hop+lps,...)}, the letters after
 * {@code +} being the flags that are set.
 *
 * <pre>
 * |           Rsvd3         |L|P|S|            AFI = x            |
 * |                       Reencap Hop 1  ...                      |
 * </pre>
 */
public record ExplicitLocatorPath(List<Hop> hops) implements Lcaf {
    public ExplicitLocatorPath {
        hops = List.copyOf(hops);
    }

    /**
     * @param lookup L: the address is an EID to look up
     * @param probe P: the hop answers RLOC-probes
     * @param strict S: the hop must not be left out
     */
    public record Hop(boolean lookup, boolean probe, boolean strict, LispAddress address) {
        @Override
        public String toString() {
            String flags = (lookup ? "l" : "") + (probe ? "p" : "") + (strict ? "s" : "");
            return flags.isEmpty() ? address.toString() : address + "+" + flags;
        }
    }

    @Override
    public String toString() {
        return LcafText.call("elp", hops);
    }
}
