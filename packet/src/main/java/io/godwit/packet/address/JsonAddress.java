package io.godwit.packet.address;

import java.nio.charset.StandardCharsets;

/**
 * LCAF type 14 (RFC 8060 section 5.4): JSON with an address. Text form: {@code json("...",address)}; {@code json(0x...,address)} when
 * it is not UTF-8; {@code bjson(0x...,address)} for the binary form.
 *
 * <pre>
 * |   Type = 14   |    Rsvd2    |B|            Length             |
 * |           JSON length         | JSON binary/text encoding ... |
 * |              AFI = x          |       Optional Address ...    |
 * </pre>
 *
 * @param binary B
 */
public record JsonAddress(boolean binary, Octets json, LispAddress address) implements Lcaf {

    /** Text JSON. */
    public static JsonAddress of(String json, LispAddress address) {
        return new JsonAddress(false, Octets.copyOf(json.getBytes(StandardCharsets.UTF_8)), address);
    }

    @Override
    public String toString() {
        String text = new String(json.toBytes(), StandardCharsets.UTF_8);
        boolean isText =
                !binary && Octets.copyOf(text.getBytes(StandardCharsets.UTF_8)).equals(json);
        return (binary ? "bjson(" : "json(") + (isText ? QuotedText.quote(text) : json.toString()) + "," + address
                + ")";
    }
}
