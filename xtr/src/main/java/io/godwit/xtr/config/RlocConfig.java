package io.godwit.xtr.config;

import io.godwit.packet.address.IpAddress;

/**
 * @param priority lower is better, 255 is never used
 * @param weight share among equal priorities
 */
public record RlocConfig(IpAddress address, int priority, int weight) {}
