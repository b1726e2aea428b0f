package io.godwit.xtr.control.etr;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationKey;
import java.util.Optional;

/**
 * @param proxyReply the map-server answers Map-Requests itself (the P-bit of Map-Registers)
 * @param sessionPort where it takes sessions that keep registrations
 */
public record MapServer(IpAddress address, AuthenticationKey key, boolean proxyReply, Optional<Integer> sessionPort) {}
