package io.godwit.xtr.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.godwit.packet.address.MacAddress;
import java.util.List;
import java.util.Optional;

/**
 * An interface with hosts whose gateway this xTR is: the same addresses and MAC at every site (anycast gateway).
 *
 * @param instance whose routing table its packets use
 */
public record SegmentConfig(
        @JsonProperty("interface") String interfaceName,
        int instance,
        List<GatewayAddress> gateway,
        Optional<MacAddress> mac) {}
