package io.godwit.xtr.config;

import java.util.Optional;

/**
 * An instance and its place in the kernel: of IP packets with a TUN device, or of Ethernet frames with a TAP device.
 *
 * @param id instance-id, 24 bits
 * @param tun name of its TUN device
 * @param table routing table of its routes: 254 is main
 * @param layer2 instead of {@code tun} and {@code table}
 */
public record InstanceConfig(int id, Optional<String> tun, int table, Optional<Layer2Config> layer2) {
    /** Of IP packets. */
    public InstanceConfig(int id, String tun, int table) {
        this(id, Optional.of(tun), table, Optional.empty());
    }

    /** Name of its TUN or TAP device; checked configurations have one. */
    public String device() {
        return layer2.map(Layer2Config::tap).or(() -> tun).orElse("");
    }

    public boolean isLayer2() {
        return layer2.isPresent();
    }
}
