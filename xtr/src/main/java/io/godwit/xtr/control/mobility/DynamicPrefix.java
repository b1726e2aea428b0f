package io.godwit.xtr.control.mobility;

import io.godwit.mapping.EidPrefix;
import java.time.Duration;

/**
 * Where hosts may come and go.
 *
 * @param interfaceName the segment on which they are seen
 * @param inactivity a host not seen for so long is probed, and then withdrawn
 */
public record DynamicPrefix(EidPrefix prefix, String interfaceName, Duration inactivity) {}
