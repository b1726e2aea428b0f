package io.godwit.mapserver.subscribe;

import io.godwit.packet.address.IpAddress;
import java.util.List;

/**
 * What a Map-Request asked of a subscription. Map-Requests are not authenticated: only a Map-Notify-Ack signed by the subscriber's site makes
 * it count.
 *
 * @param rlocs where Map-Notifies shall go; the first that can be reached is used
 * @param nonce of the request
 * @param end whether the subscription shall end
 */
record Proposal(List<IpAddress> rlocs, long nonce, boolean end) {
    Proposal {
        rlocs = List.copyOf(rlocs);
    }
}
