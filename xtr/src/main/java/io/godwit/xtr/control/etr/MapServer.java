package io.godwit.xtr.control.etr;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.auth.AuthenticationKey;

/** @param proxyReply the map-server answers Map-Requests itself (the P-bit of Map-Registers) */
public record MapServer(IpAddress address, AuthenticationKey key, boolean proxyReply) {}
