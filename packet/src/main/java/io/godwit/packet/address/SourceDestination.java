package io.godwit.packet.address;

/**
 * LCAF type 12 (RFC 8060 section 4.9): a mapping for traffic from a source prefix to a destination prefix. Text form:
 * {@code sd(S/24,D/24)}.
 *
 * <pre>
 * |            Reserved           |   Source-ML   |    Dest-ML    |
 * |              AFI = x          |         Source-Prefix ...     |
 * |              AFI = x          |     Destination-Prefix ...    |
 * </pre>
 */
public record SourceDestination(
        int sourceMaskLength, int destinationMaskLength, LispAddress source, LispAddress destination) implements Lcaf {
    @Override
    public String toString() {
        return "sd(" + LcafText.prefix(source, sourceMaskLength) + ","
                + LcafText.prefix(destination, destinationMaskLength) + ")";
    }
}
