package io.godwit.xtr.config;

import io.godwit.mapping.EidPrefix;
import io.godwit.packet.address.IpAddress;

/** An address with the length of its on-link prefix: {@code 10.1.0.1/24}. */
public record GatewayAddress(IpAddress address, int prefixLength) {

    /** Throws {@link IllegalArgumentException} with a sentence for the user. */
    public static GatewayAddress parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' lacks the prefix length: write 10.1.0.1/24");
        }
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        return new GatewayAddress(address, EidPrefix.parse(text).length());
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
