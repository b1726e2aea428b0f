package io.godwit.xtr.config;

import io.godwit.daemon.config.KeyConfig;
import io.godwit.packet.address.IpAddress;

/** @param proxyReply the map-server shall answer Map-Requests itself */
public record MapServerConfig(IpAddress address, KeyConfig key, boolean proxyReply) {}
