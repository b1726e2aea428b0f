package io.godwit.xtr.config;

/**
 * An instance and its place in the kernel.
 *
 * @param id instance-id, 24 bits
 * @param tun name of its TUN device
 * @param table routing table of its routes: 254 is main
 */
public record InstanceConfig(int id, String tun, int table) {}
