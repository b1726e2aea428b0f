package io.godwit.packet.address;

/**
 * LCAF type 5 (RFC 8060 section 4.4): where something is. Text form: {@code geo(N52.22.23,E4.53.53,-2,address)}, the altitude {@code -}
 * when unknown.
 *
 * <pre>
 * |N|     Latitude Degrees        |    Minutes    |    Seconds    |
 * |E|     Longitude Degrees       |    Minutes    |    Seconds    |
 * |                            Altitude                           |
 * |              AFI = x          |         Address  ...          |
 * </pre>
 *
 * @param altitude metres above sea level, signed; {@link #NO_ALTITUDE} when unknown
 */
public record GeoCoordinates(Angle latitude, Angle longitude, int altitude, LispAddress address) implements Lcaf {
    public static final int NO_ALTITUDE = 0x7fffffff;

    /**
     * @param positive north or east
     * @param degrees 15 bits
     */
    public record Angle(boolean positive, int degrees, int minutes, int seconds) {
        String text(char ifPositive, char ifNegative) {
            return (positive ? ifPositive : ifNegative) + "" + degrees + "." + minutes + "." + seconds;
        }
    }

    @Override
    public String toString() {
        String height = altitude == NO_ALTITUDE ? "-" : Integer.toString(altitude);
        return "geo(" + latitude.text('N', 'S') + "," + longitude.text('E', 'W') + "," + height + "," + address + ")";
    }
}
