package io.godwit.cli.lig;

import io.godwit.packet.address.IpAddress;
import io.godwit.packet.control.MapReply;

/**
 * A Map-Reply that came.
 *
 * @param from who sent it: the ETR, or the map-server in its place
 * @param nanos from the Map-Request with this nonce
 * @param attempt counted from 1
 */
public record Reply(MapReply message, IpAddress from, long nanos, int attempt) {}
