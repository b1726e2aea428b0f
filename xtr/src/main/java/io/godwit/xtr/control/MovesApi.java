package io.godwit.xtr.control;

import io.godwit.daemon.management.Routes;
import io.godwit.packet.address.IpAddress;
import io.godwit.xtr.control.mobility.MoveOrders.Order;
import io.godwit.xtr.control.mobility.PeerMoves;
import java.util.List;
import java.util.Map;

/** What the management API tells of the move channel; the records' component names are the JSON's field names. */
final class MovesApi {
    private final PeerMoves peers;

    MovesApi(PeerMoves peers) {
        this.peers = peers;
    }

    void serve(Routes routes) {
        routes.get("/v1/moves", query -> orders(query.getOrDefault("eid", "")));
        routes.get("/v1/move-peers", query -> peers());
    }

    /**
     * @param up whether it answered last
     * @param roundTripMicros of its last prompt answer, 0 before
     */
    public record PeerView(String name, List<String> rlocs, boolean up, long roundTripMicros) {}

    /** @param counters of all peers together */
    public record PeersView(List<PeerView> peers, Map<String, Long> counters) {}

    private List<Order> orders(String eid) {
        return peers.orders().orders().stream()
                .filter(order -> eid.isEmpty() || order.eid().toString().equals(eid))
                .toList();
    }

    private PeersView peers() {
        return new PeersView(
                peers.channel().peers().stream()
                        .map(peer -> new PeerView(
                                peer.name(),
                                peer.rlocs().stream().map(IpAddress::toString).toList(),
                                peer.isUp(),
                                peer.roundTripNanos() / 1_000))
                        .toList(),
                peers.channel().counters());
    }
}
