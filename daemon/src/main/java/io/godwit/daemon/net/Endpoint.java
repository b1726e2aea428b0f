package io.godwit.daemon.net;

import io.godwit.packet.address.IpAddress;

/** An IP address and a UDP port. */
public record Endpoint(IpAddress address, int port) {
    @Override
    public String toString() {
        return (address.isIpv4() ? address.toString() : "[" + address + "]") + ":" + port;
    }
}
